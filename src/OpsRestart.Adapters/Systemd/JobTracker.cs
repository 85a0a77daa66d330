using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd;

/// <summary>
/// Starts jobs and learns how each ended from JobRemoved. A job is registered in the callback of its reply, on the bus thread: registered
/// after an await every second quick job is missed. All fields belong to the bus thread.
/// </summary>
internal sealed class JobTracker
{
    private const int EarlyResults = 256;

    private readonly SystemdLink _link;
    private readonly Dictionary<string, PendingJob> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _early = new(StringComparer.Ordinal);
    private readonly Queue<string> _earlyOrder = new();

    public JobTracker(SystemdLink link)
    {
        _link = link;
        link.Bus.Match(SystemdLink.SignalRule("JobRemoved"), OnJobRemoved);
        link.OnReloaded(CheckWaiting);
        link.EnsureSubscribed();
        link.Bus.OnClosed(OnClosed);
    }

    /// <summary>
    /// Sends the call that makes a job and waits for the job's end. Cancelling takes the job back if systemd has not begun it.
    /// </summary>
    public async Task<JobEnd> RunAsync(BusCall call, CancellationToken cancellationToken)
    {
        var job = new PendingJob();
        _link.Bus.Send(call, reply => OnReply(job, reply));
        try
        {
            return await job.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await TakeBackAsync(job).ConfigureAwait(false);
            throw;
        }
    }

    private void OnReply(PendingJob job, BusReply reply)
    {
        if (reply.Error is { } error)
        {
            job.End(new JobEnd(null, error));
            return;
        }

        job.Path = (string)reply.Body[0]!;
        if (_early.Remove(job.Path, out var result))
        {
            job.End(new JobEnd(result, null));
        }
        else
        {
            _waiting[job.Path] = job;
        }
    }

    // (uoss): id, path, unit, result.
    private void OnJobRemoved(BusSignal signal)
    {
        var path = (string)signal.Body[1]!;
        var result = (string)signal.Body[3]!;
        if (_waiting.Remove(path, out var job))
        {
            job.End(new JobEnd(result, null));
            return;
        }

        _early[path] = result;
        _earlyOrder.Enqueue(path);
        if (_earlyOrder.Count > EarlyResults)
        {
            _early.Remove(_earlyOrder.Dequeue());
        }
    }

    // A JobRemoved sent while systemd was off the bus is lost. If the job is gone and its signal, which would have come before this answer,
    // has not come, it never will.
    private void CheckWaiting()
    {
        foreach (var job in _waiting.Values.ToArray())
        {
            _link.Bus.Send(
                SystemdLink.ManagerCall("GetJob", job.Id),
                reply =>
                {
                    if (reply.Error?.Name == "org.freedesktop.systemd1.NoSuchJob" && _waiting.Remove(job.Path!))
                    {
                        job.End(new JobEnd(JobEnd.Unseen, null));
                    }
                }
            );
        }
    }

    private void OnClosed()
    {
        foreach (var job in _waiting.Values)
        {
            job.End(
                new JobEnd(null, new BusError(BusError.Disconnected, "the connection to the bus was lost while the job was under way"))
            );
        }

        _waiting.Clear();
    }

    private async Task TakeBackAsync(PendingJob job)
    {
        // Only the reply gives the job its number. Leaving before it comes would let a stop happen after whoever cancelled has looked at
        // the state.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await job.Known.WaitAsync(patience.Token).ConfigureAwait(false);
            if (job.Path is null || job.Ended.IsCompleted)
            {
                return;
            }

            var state = await _link
                .Bus.CallAsync(
                    new BusCall(job.Path, SystemdLink.PropertiesInterface, "Get", "org.freedesktop.systemd1.Job", "State"),
                    patience.Token
                )
                .ConfigureAwait(false);
            if (state.Body is ["waiting"])
            {
                await _link.Bus.CallAsync(SystemdLink.ManagerCall("CancelJob", job.Id), patience.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // systemd is too busy to answer: whoever cancelled does not wait for that.
        }
    }
}
