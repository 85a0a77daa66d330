using System.Runtime.InteropServices;

namespace OpsRestart.Cli;

/// <summary>
/// Ctrl-C, TERM, and a terminal that is closed: the first cancels, so that the run is rolled back; the same once more leaves at once. One
/// of another kind does not count: what wraps a command often passes TERM on to it beside the terminal's own Ctrl-C. What comes when the
/// run is over changes its exit code no more.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action _first;
    private readonly Action _second;
    private readonly HashSet<PosixSignal> _seen = [];
    private readonly Lock _gate = new();
    private int? _exitCode;

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

    /// <summary>
    /// The run is over: a signal is ignored from now on, and the same once more ends a process that can't get its result out.
    /// </summary>
    public void Over(int exitCode)
    {
        lock (_gate)
        {
            _seen.Clear();
            _exitCode = exitCode;
        }
    }

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
        int? exitCode;
        lock (_gate)
        {
            isFirst = _seen.Count == 0;
            isRepeated = !_seen.Add(context.Signal);
            exitCode = _exitCode;
        }

        if (exitCode is { } code)
        {
            if (isRepeated && context.Signal != PosixSignal.SIGHUP)
            {
                Environment.Exit(code);
            }
        }
        else if (isFirst)
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
