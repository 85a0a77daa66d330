using System.Runtime.InteropServices;

namespace OpsRestart.Cli;

/// <summary>
/// Ctrl-C, TERM, and a terminal that is closed: the first cancels, so that the run is rolled back; the same once more leaves at once. One of another
/// kind does not count: what wraps a command often passes TERM on to it beside the terminal's own Ctrl-C.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action _first;
    private readonly Action _second;
    private readonly HashSet<PosixSignal> _seen = [];
    private readonly Lock _gate = new();

    /// <param name="first">Says what state things are in.</param>
    /// <param name="second">Says what is left, and ends the process.</param>
    public Interrupts(Action first, Action second)
    {
        _first = first;
        _second = second;
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, Handle));
        }
    }

    public CancellationToken Token => _cancel.Token;

    public void Dispose()
    {
        _registrations.ForEach(static r => r.Dispose());
        _cancel.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        bool isFirst;
        bool isRepeated;
        lock (_gate)
        {
            isFirst = _seen.Count == 0;
            isRepeated = !_seen.Add(context.Signal);
        }

        if (isFirst)
        {
            _first();
            _cancel.Cancel();
        }
        else if (isRepeated && context.Signal != PosixSignal.SIGHUP)
        {
            _second();
        }
    }
}
