namespace OpsRestart.Tests.System.Queues;

/// <summary>Every id that was sent, held against what the tasks themselves wrote down.</summary>
internal sealed record LossCount(int Sent, IReadOnlyList<string> Lost, IReadOnlyList<string> Twice, IReadOnlyList<string> Foreign)
{
    public static LossCount Of(IReadOnlyList<string> sent, IReadOnlyList<string> ended)
    {
        var times = ended.CountBy(static id => id).ToDictionary(StringComparer.Ordinal);
        return new LossCount(
            sent.Count,
            [.. sent.Where(id => !times.ContainsKey(id))],
            [.. times.Where(static t => t.Value > 1).Select(static t => t.Key)],
            [.. times.Keys.Except(sent)]
        );
    }

    public override string ToString() => FormattableString.Invariant($"{Sent} sent, {Lost.Count} lost, {Twice.Count} run twice");
}
