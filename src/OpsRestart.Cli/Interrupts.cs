using System.Runtime.InteropServices;

namespace OpsRestart.Cli;

/// <summary>
/// Ctrl-C, TERM, and a terminal that is closed: the first cancels, so that everything is put back; a second Ctrl-C or TERM leaves at once.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action _first;
    private readonly Action _second;
    private int _count;

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
        if (Interlocked.Increment(ref _count) == 1)
        {
            _first();
            _cancel.Cancel();
        }
        else if (context.Signal != PosixSignal.SIGHUP)
        {
            _second();
        }
    }
}
