using System.Runtime.InteropServices;

namespace OpsRestart.Pipeline;

/// <summary>
/// TERM (the end of a service or of the machine) and HUP (a terminal or connection that is gone) end PowerShell on the spot: .NET 10 has no
/// handlers of its own. While work runs they cancel it instead, as Ctrl-C does; PowerShell ends when all that was under way has cleaned up.
/// </summary>
internal sealed class Termination : IDisposable
{
    private static readonly Lock Gate = new();
    private static int _underWay;
    private static int _exitCode;

    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action _cancel;

    public Termination(Action cancel)
    {
        _cancel = cancel;
        lock (Gate)
        {
            _underWay++;
        }

        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => Handle(c, 15)));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, c => Handle(c, 1)));
    }

    /// <summary>Ends the process if it was asked to end, and nothing else is under way.</summary>
    public void Dispose()
    {
        int leave;
        lock (Gate)
        {
            leave = --_underWay == 0 ? _exitCode : 0;
        }

        if (leave != 0)
        {
            Environment.Exit(leave);
        }

        _registrations.ForEach(static r => r.Dispose());
    }

    private void Handle(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        lock (Gate)
        {
            _exitCode = _exitCode == 0 ? 128 + number : _exitCode;
        }

        _cancel();
    }
}
