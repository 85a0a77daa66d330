using System.Globalization;

namespace OpsRestart.Tests.System.Queues;

/// <summary>What the tasks themselves wrote down: the truth that verdicts are compared with.</summary>
internal sealed class Ledger(string path)
{
    public IReadOnlyList<LedgerLine> Read() =>
        !File.Exists(path)
            ? []
            :
            [
                .. File.ReadAllLines(path)
                    .Select(static l => l.Split(' '))
                    .Where(static f => f.Length == 3)
                    .Select(static f => new LedgerLine(
                        DateTime.UnixEpoch.AddSeconds(double.Parse(f[0], CultureInfo.InvariantCulture)),
                        f[1],
                        f[2]
                    )),
            ];

    public int Begun => Read().Count(static l => l.What == "begin");

    public int Ended => Read().Count(static l => l.What == "end");

    /// <summary>Task ids that ended, each as often as it did.</summary>
    public IReadOnlyList<string> EndedIds => [.. Read().Where(static l => l.What == "end").Select(static l => l.Id)];

    public DateTime LastEnd => Read().Where(static l => l.What == "end").Max(static l => l.At);

    /// <summary>Anything that a task did after this moment.</summary>
    public IReadOnlyList<LedgerLine> After(DateTime moment) => [.. Read().Where(l => l.At > moment)];
}
