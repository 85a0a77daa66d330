using OpsRestart.Core.Text;

namespace OpsRestart.Core.Queues;

/// <summary>
/// The loop around every queue system's own rule: look, tell, pause as long as the system says, until drained or too late.
/// </summary>
internal sealed class DrainWaiter(TimeProvider time)
{
    /// <summary>Workers may be restarting; when nobody has consumed for this long, waiting on is pointless.</summary>
    private static readonly TimeSpan NoWorkersGrace = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A look that begins in time may take this long beyond it; a broker that accepts and says nothing must not be waited for for ever.
    /// </summary>
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(15);

    /// <summary>A broker or worker that is away is asked again after this.</summary>
    private static readonly TimeSpan WhileAway = TimeSpan.FromMilliseconds(250);

    /// <summary>No timer can be set for longer than some weeks.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    /// <summary>Waits until the system is drained. The deadline is a result, not an exception; a cancelled token throws.</summary>
    /// <exception cref="OpsRestartException">QueueNotFound: nothing is in a queue that does not exist, and that says nothing about the one
    /// that was meant.</exception>
    public async Task<DrainResult> WaitAsync(
        IWorkQueueSystem system,
        string name,
        DrainRequest request,
        TimeSpan timeout,
        Action<DrainProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var began = time.GetTimestamp();
        var rate = new DrainRate();
        var looks = 0;
        TimeSpan? alone = null;
        DrainObservation? first = null;
        var equal = new EqualLooks();
        using var over = new CancellationTokenSource(timeout < Longest ? timeout + LastLook : Longest, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            return await LoopAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var silence = new DrainObservation
            {
                Verdict = DrainVerdict.Unreachable,
                Evidence = [$"{system.Broker} has not answered, and the time is over"],
            };
            return await ResultAsync(system, name, request, (first, silence), time.GetElapsedTime(began), looks, rate, cancellationToken)
                .ConfigureAwait(false);
        }

        async Task<DrainResult> LoopAsync(CancellationToken limit)
        {
            await RequireKnownAsync(system, request.Queues, limit).ConfigureAwait(false);
            var probe = await system.OpenDrainAsync(request, limit).ConfigureAwait(false);
            await using (probe.ConfigureAwait(false))
            {
                while (true)
                {
                    var asked = time.GetElapsedTime(began);
                    var looked = WithExpected(await LookAsync(probe, limit).ConfigureAwait(false), request.ExpectedWorkers);
                    var elapsed = time.GetElapsedTime(began);
                    var seen = equal.Add(looked, asked, elapsed);
                    looks++;
                    first ??= seen.Verdict is DrainVerdict.Busy or DrainVerdict.Drained or DrainVerdict.NoWorkers ? seen : null;
                    Tell(progress, name, seen, elapsed, rate.Add(elapsed, seen.Processed));
                    alone = seen.Verdict == DrainVerdict.NoWorkers ? alone ?? elapsed : null;
                    if (seen.Verdict == DrainVerdict.Drained || elapsed >= timeout || elapsed - alone >= NoWorkersGrace)
                    {
                        return await ResultAsync(system, name, request, (first, seen), elapsed, looks, rate, limit).ConfigureAwait(false);
                    }

                    var pause = TimeSpan.FromTicks(
                        Math.Clamp(
                            seen.RetryAfter.Ticks,
                            TimeSpan.TicksPerMillisecond,
                            Math.Max(TimeSpan.TicksPerMillisecond, (timeout - elapsed).Ticks)
                        )
                    );
                    await Task.Delay(pause, time, limit).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>One look. Failing to reach the broker is a verdict like others.</summary>
    public static async Task<DrainObservation> LookAsync(IDrainProbe probe, CancellationToken cancellationToken)
    {
        try
        {
            return await probe.LookAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OpsRestartException e) when (e.Error == OpsError.ConnectionFailed)
        {
            return new DrainObservation
            {
                Verdict = DrainVerdict.Unreachable,
                RetryAfter = WhileAway,
                Evidence = [e.Message],
            };
        }
    }

    /// <summary>A worker that is expected and does not answer may be where the rest is.</summary>
    private static DrainObservation WithExpected(DrainObservation seen, IReadOnlyList<string> expected)
    {
        var absent = expected.Where(e => !seen.Workers.Any(w => NameMatch.Matches(w, e))).ToList();
        return seen.Verdict != DrainVerdict.Drained || absent.Count == 0
            ? seen
            : seen with
            {
                Verdict = DrainVerdict.NoReply,
                RetryAfter = WhileAway,
                Evidence = [.. absent.Select(static a => $"the expected worker {a} does not answer")],
            };
    }

    private static async Task RequireKnownAsync(IWorkQueueSystem system, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        try
        {
            if (queues.Count > 0)
            {
                await system.GetQueuesAsync(queues, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OpsRestartException e) when (e.Error != OpsError.QueueNotFound)
        {
            // A broker or worker that does not answer is the verdict of a look, and may be back in time.
        }
    }

    private async Task<DrainResult> ResultAsync(
        IWorkQueueSystem system,
        string name,
        DrainRequest request,
        (DrainObservation? First, DrainObservation Last) seen,
        TimeSpan elapsed,
        int looks,
        DrainRate rate,
        CancellationToken cancellationToken
    ) =>
        new()
        {
            Queue = name,
            System = system.System,
            Level = request.Level,
            Verdict = seen.Last.Verdict,
            Confidence = seen.Last.Verdict == DrainVerdict.Drained ? seen.Last.Confidence : DrainConfidence.None,
            Looks = looks,
            Took = elapsed,
            At = time.GetUtcNow().UtcDateTime,
            Finished = rate.Finished,
            WaitingBefore = seen.First?.Waiting,
            HeldBefore = seen.First?.Held,
            ExecutingBefore = seen.First?.Executing,
            Waiting = seen.Last.Waiting,
            Held = seen.Last.Held,
            Executing = seen.Last.Executing,
            Evidence = seen.Last.Evidence,
            EndedWorkers = seen.Last.EndedWorkers,
            Remaining =
                seen.Last.Verdict == DrainVerdict.Busy
                    ? await RemainingAsync(system, request, cancellationToken).ConfigureAwait(false)
                    : [],
        };

    private static async Task<IReadOnlyList<WorkerTask>> RemainingAsync(
        IWorkQueueSystem system,
        DrainRequest request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await system.GetTasksAsync(new WorkerTaskQuery { Queues = request.Queues }, cancellationToken).ConfigureAwait(false);
        }
        catch (OpsRestartException)
        {
            // The list is a courtesy; the verdict and its counts stand without it.
            return [];
        }
    }

    private static void Tell(Action<DrainProgress> progress, string name, DrainObservation seen, TimeSpan elapsed, double? rate)
    {
        var left = seen.Waiting + seen.Held + seen.Executing;
        progress(
            new DrainProgress
            {
                Queue = name,
                Verdict = seen.Verdict,
                Waiting = seen.Waiting,
                Held = seen.Held,
                Executing = seen.Executing,
                Rate = rate,
                Eta = rate is > 0 ? TimeSpan.FromSeconds(left / rate.Value) : null,
                Elapsed = elapsed,
                Message = DrainWords.Of(seen),
            }
        );
    }
}
