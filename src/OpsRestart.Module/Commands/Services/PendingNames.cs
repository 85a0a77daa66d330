namespace OpsRestart.Commands;

/// <summary>What is not done yet, in words for a progress bar.</summary>
internal sealed class PendingNames(IEnumerable<string> names)
{
    private const int Shown = 3;
    private readonly Lock _gate = new();
    private readonly List<string> _pending = [.. names];
    private int _done;

    public void Done(string name)
    {
        lock (_gate)
        {
            _pending.Remove(name);
            _done++;
        }
    }

    public (string Status, int? Percent) Describe()
    {
        lock (_gate)
        {
            var more = _pending.Count > Shown ? $" and {_pending.Count - Shown} more" : "";
            return (
                $"waiting for {string.Join(", ", _pending.Take(Shown))}{more}",
                _pending.Count + _done == 0 ? null : 100 * _done / (_pending.Count + _done)
            );
        }
    }
}
