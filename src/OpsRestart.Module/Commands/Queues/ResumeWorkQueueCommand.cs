namespace OpsRestart.Commands;

[Cmdlet(
    VerbsLifecycle.Resume,
    "WorkQueue",
    DefaultParameterSetName = BySuspension,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium
)]
[OutputType(typeof(void))]
public sealed class ResumeWorkQueueCommand : OpsCmdlet
{
    private const string BySuspension = "Suspension";
    private const string ByLeft = "Left";

    private readonly List<QueueSuspension> _suspensions = [];

    /// <summary>What Suspend-WorkQueue returned.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = BySuspension)]
    public QueueSuspension[] Suspension { get; set; } = [];

    /// <summary>Suspensions left on this host by processes that have ended.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLeft)]
    public SwitchParameter Left { get; set; }

    /// <summary>
    /// The broker's URI with its password, which no suspension holds; <c>${env:NAME}</c> and <c>${file:/path}</c> are resolved. Default: as
    /// it was used in this session, or without a password.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Broker { get; set; }

    protected override void ProcessRecord() => _suspensions.AddRange(Suspension);

    protected override void EndProcessing()
    {
        if (Left)
        {
            _suspensions.AddRange(Session.Suspensions.List().Where(static r => !r.IsOwnerAlive).Select(static r => r.Suspension));
        }

        foreach (var suspension in _suspensions.Where(s => ShouldProcess(ShownText.Line(s.ToString()), "Resume")))
        {
            if (RunAndCatch(pump => ResumeAsync(suspension, pump)) is { } failure)
            {
                WriteError(failure);
            }
        }
    }

    private async Task ResumeAsync(QueueSuspension suspension, Pump pump)
    {
        var warnings =
            await HeldLeases.ResumeAsync(suspension.Id, pump.Stopping).ConfigureAwait(false)
            ?? await ResumeForeignAsync(suspension, pump.Stopping).ConfigureAwait(false);
        foreach (var warning in warnings)
        {
            pump.Warning(warning);
        }
    }

    private async Task<IReadOnlyList<string>> ResumeForeignAsync(QueueSuspension suspension, CancellationToken cancellationToken)
    {
        var queue = new GraphQueue
        {
            Name = suspension.Broker,
            System = suspension.System,
            Broker = Broker ?? Session.Brokers.Restore(suspension.Broker),
        };
        var system = await Session.Queues.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            if (system.Broker != suspension.Broker)
            {
                throw new OpsRestartException(
                    OpsError.InvalidArgument,
                    $"{suspension} is of {suspension.Broker}, and -Broker is {system.Broker}.",
                    system.Broker,
                    "Resume the suspensions of one broker at a time: Resume-WorkQueue takes them from the pipeline."
                );
            }

            try
            {
                return await system.ResumeAsync(suspension, cancellationToken).ConfigureAwait(false);
            }
            catch (OpsRestartException e) when (e.Error == OpsError.AuthenticationFailed && Broker is null)
            {
                throw new OpsRestartException(
                    e.Error,
                    e.Message,
                    e.Target,
                    "The password is in no record: give the broker's address with it, as Resume-WorkQueue -Left -Broker "
                        + "'redis://:${env:REDIS_PASSWORD}@host/0'.",
                    e
                );
            }
        }
    }
}
