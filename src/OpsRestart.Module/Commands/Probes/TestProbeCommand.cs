using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

/// <summary>
/// The base of the probes. All targets of the pipeline are checked at the same time; the results come in the order of the targets.
/// A leaf only says what it takes and how that reads as a <see cref="ProbeDefinition"/>.
/// </summary>
public abstract class TestProbeCommand : OpsCmdlet
{
    private readonly List<ProbeDefinition> _probes = [];

    /// <summary>Only true or false, for each target.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Try again until it is healthy. When it is not in time, that is an error (ReadyTimeout).</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>With -Wait: how long to try. Default 60 s. Turns -Wait on.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Within { get; set; }

    /// <summary>With -Wait: the longest pause between two tries. Default 1 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Every { get; set; }

    /// <summary>With -Wait: healthy answers in a row. Default 1.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int? Successes { get; set; }

    /// <summary>How long one try may take. Default 4 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <summary>A good answer that took longer is Degraded (Slow). Default: any time within -Timeout will do.</summary>
    [Parameter]
    [Duration(IsWait = false)]
    public TimeSpan? MaxLatency { get; set; }

    /// <summary>A good answer that took longer is Unhealthy (Slow).</summary>
    [Parameter]
    [Duration(IsWait = false)]
    public TimeSpan? CritLatency { get; set; }

    private bool Waits => Wait || Within is not null;

    /// <summary>The probes of the present pipeline record.</summary>
    private protected abstract IEnumerable<ProbeDefinition> Define();

    /// <summary>A definition; settings that are null were not given.</summary>
    private protected static ProbeDefinition Probe(string kind, string target, params (string Name, object? Value)[] settings) =>
        new()
        {
            Kind = kind,
            Target = target,
            Settings = settings.Where(static s => s.Value is not null).ToDictionary(static s => s.Name, static s => s.Value),
        };

    protected override void ProcessRecord()
    {
        foreach (var probe in Define())
        {
            var definition = WithLimits(probe);
            var wrong = Session.Probes.Validate(definition).Where(static f => f.Severity == FindingSeverity.Error).ToList();
            if (wrong.Count == 0)
            {
                _probes.Add(definition);
            }
            else
            {
                WriteError(
                    ErrorRecords.Create(
                        OpsError.InvalidArgument,
                        string.Join(' ', wrong.Select(static f => f.Message)),
                        SecretText.RedactTarget(definition.Kind, definition.Target),
                        wrong[0].Advice
                    )
                );
            }
        }
    }

    protected override void EndProcessing() => Run(CheckAsync);

    private ProbeDefinition WithLimits(ProbeDefinition probe) =>
        probe with
        {
            Within = Within ?? probe.Within,
            Every = Every ?? probe.Every,
            Successes = Successes ?? probe.Successes,
            Timeout = Timeout ?? probe.Timeout,
            Settings = WithLatency(probe.Settings),
        };

    private Dictionary<string, object?> WithLatency(IReadOnlyDictionary<string, object?> settings)
    {
        var limits = new (string Key, object? Value)[] { ("maxLatency", MaxLatency), ("critLatency", CritLatency) };
        return limits
            .Where(static l => l.Value is not null)
            .Concat(settings.Select(static s => (s.Key, s.Value)))
            .DistinctBy(static s => s.Key)
            .ToDictionary(static s => s.Key, static s => s.Value);
    }

    private async Task CheckAsync(Pump pump)
    {
        if (!Waits)
        {
            foreach (var result in await Session.CheckAsync(_probes, pump.Stopping).ConfigureAwait(false))
            {
                await WriteAsync(result, pump).ConfigureAwait(false);
            }

            return;
        }

        var pending = new PendingNames(_probes.Select(static p => p.ToString()));
        await using (pump.Progress.Watch("Probes", pending.Describe).ConfigureAwait(false))
        {
            foreach (var wait in _probes.Select(p => WaitAsync(p, pending, pump)).ToList())
            {
                await WriteWaitedAsync(await wait.ConfigureAwait(false), pump).ConfigureAwait(false);
            }
        }
    }

    private async Task<(ProbeDefinition Probe, ProbeResult Result)> WaitAsync(ProbeDefinition probe, PendingNames pending, Pump pump)
    {
        var result = await Session.WaitHealthyAsync(probe, pump.Stopping).ConfigureAwait(false);
        pending.Done(probe.ToString());
        return (probe, result);
    }

    private async Task WriteWaitedAsync((ProbeDefinition Probe, ProbeResult Result) waited, Pump pump)
    {
        var (probe, result) = waited;
        await WriteAsync(result, pump).ConfigureAwait(false);
        if (!result.IsGood && !Quiet)
        {
            pump.Error(
                ErrorRecords.Create(
                    OpsError.ReadyTimeout,
                    (
                        $"{result.Probe} {result.Target} was not healthy within {Duration.Format(probe.Within)}: {result.Reason}. "
                        + $"{result.Detail}"
                    ).TrimEnd(),
                    result.Target
                )
            );
        }
    }

    private Task WriteAsync(ProbeResult result, Pump pump) => pump.OutputAsync(Quiet ? result.IsGood : result);
}
