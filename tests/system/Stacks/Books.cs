using System.Text.Json;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>
/// What became of every task that was ever queued, by its id: from the stack's own count-tasks.py, never from what is tested.
/// </summary>
public sealed record Books(int Queued, int Done, int Waiting, int Running, int Failed, int Lost, int Twice, string Text)
{
    public bool Balance => Queued == Done + Waiting + Running + Failed + Lost;

    public static Books Parse(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        int Number(string name) => json.GetProperty(name).GetInt32();

        // Celery's books count a failed task as done.
        return new Books(
            Number("queued"),
            Number("done"),
            Number("waiting"),
            Number("running"),
            json.TryGetProperty("failedIds", out _) ? Number("failed") : 0,
            Number("lost"),
            Number("twice"),
            line
        );
    }

    /// <summary>Queued = done + still queued; none lost, none twice.</summary>
    public void AssertNothingLost(int atLeast = 1)
    {
        Assert.True(Balance && Lost == 0 && Twice == 0 && Failed == 0 && Queued >= atLeast, Text);
    }
}
