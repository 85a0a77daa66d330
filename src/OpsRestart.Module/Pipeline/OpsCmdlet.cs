using OpsRestart.Adapters.Composition;
using OpsRestart.Errors;
using OpsRestart.Session;

namespace OpsRestart.Pipeline;

/// <summary>
/// The base of every cmdlet that waits for something. The work runs on the thread pool and is cancelled by Ctrl-C, by whatever ends the
/// pipeline, and by <see cref="Dispose()"/>, the only one that PowerShell always calls.
/// </summary>
public abstract class OpsCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private bool _disposed;

    /// <summary>The connections of this runspace.</summary>
    private protected OpsSession Session { get; private set; } = null!;

    protected override void BeginProcessing() => Session = RunspaceSession.Current;

    /// <summary>How long the work may clean up after an interruption.</summary>
    private protected virtual TimeSpan Grace => TimeSpan.FromSeconds(5);

    private protected void WarnOfLeftSuspensions()
    {
        foreach (var left in Session.LeftSuspensions)
        {
            WriteWarning(ShownText.Of($"{left} 'Resume-WorkQueue -Left' resumes it."));
        }
    }

    /// <summary>Runs work to its end while the pipeline thread writes what it has to say. A failure becomes a terminating error.</summary>
    private protected void Run(Func<Pump, Task> work)
    {
        var failure = RunAndCatch(work);
        if (failure is not null)
        {
            ThrowTerminatingError(failure);
        }
    }

    /// <summary>As <see cref="Run"/>, and gives the failure back.</summary>
    private protected ErrorRecord? RunAndCatch(Func<Pump, Task> work)
    {
        Exception? failure = null;
        using var pump = new Pump(this, _stop);
        pump.Run(
            async p =>
            {
                try
                {
                    await work(p).ConfigureAwait(false);
                }
                catch (Exception e) when (e is not PipelineStoppedException)
                {
                    failure = e;
                }
            },
            OnInterrupted,
            OnAbandoned,
            Grace
        );
        return failure switch
        {
            null => null,
            OperationCanceledException when _stop.IsCancellationRequested => throw new PipelineStoppedException(),
            _ => ErrorRecords.From(failure),
        };
    }

    /// <summary>
    /// The pipeline is gone while work is under way: the place to say what state things are in. On the pipeline thread; no Write* here.
    /// </summary>
    private protected virtual void OnInterrupted() { }

    /// <summary>The work was left before it had ended: its grace is over, or a second Ctrl-C came.</summary>
    private protected virtual void OnAbandoned() { }

    protected override void StopProcessing() => Cancel();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            Cancel();

            // An abandoned worker may still look at the token, which is allowed after this; only waiting on its handle is not, and nobody
            // does.
            _stop.Dispose();
        }
    }

    private void Cancel()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Ctrl-C after the end.
        }
    }
}
