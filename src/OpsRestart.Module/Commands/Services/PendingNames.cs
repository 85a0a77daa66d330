namespace OpsRestart.Commands;

/// <summary>What is not done yet, in words for a progress bar.</summary>
internal sealed class PendingNames(IEnumerable<string> names)
{
    private const int Shown = 3;
    private readonly Lock gate = new();
    private readonly List<string> pending = [.. names];
    private int done;

    public void Done(string name)
    {
        lock (gate)
        {
            pending.Remove(name);
            done++;
        }
    }

    public (string Status, int? Percent) Describe()
    {
        lock (gate)
        {
            var more = pending.Count > Shown ? $" and {pending.Count - Shown} more" : "";
            return ($"waiting for {string.Join(", ", pending.Take(Shown))}{more}", pending.Count + done == 0 ? null : 100 * done / (pending.Count + done));
        }
    }
}
