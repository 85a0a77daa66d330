using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes;

/// <summary>
/// How many processes a service has: of a subscriber exactly one, since a second one takes every message again. They are those of its
/// control group (of a program of supervisord, all that descend from it), never processes by their name.
/// </summary>
internal sealed class ProcessesProbe : ProbeBase
{
    private readonly IServiceHost _services;
    private readonly string _service;

    /// <summary>Only processes whose command line fits count. Null: all.</summary>
    private readonly Regex? _pattern;
    private readonly ProbeLimits _limits;

    public ProcessesProbe(ProbeSettings settings, IServiceHost services, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _services = services;
        _service = settings.Target.Length > 0 ? settings.Target : context.Node?.Service ?? settings.Node ?? "";
        if (_service.Length == 0)
        {
            settings.FailTarget("is empty", "Name the service.");
        }

        _pattern = settings.Pattern("pattern");
        _limits = ProbeLimits.Read(settings, LimitScale.Count);
        if (_limits.IsEmpty)
        {
            settings.Fail(
                "crit",
                "is missing: there is nothing to compare the number of processes with",
                "Add crit: '1:1' for exactly one, warn: 20, or both.",
                "MissingValue"
            );
        }
    }

    protected override string Peer => _service;

    protected override string ShownTarget => _service;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var manager = await _services
            .GetManagerAsync(Context.Node is { } node ? ManagerTarget.Of(node) : ManagerTarget.Here, cancellationToken)
            .ConfigureAwait(false);
        var service = await manager.ReadAsync(_service, cancellationToken, withBoot: false).ConfigureAwait(false);
        if (service.State == ServiceState.NotFound)
        {
            return ProbeVerdict.Unknown("UnitNotFound", $"There is no service {_service}. Check the name.");
        }

        var processes = await manager.GetProcessesAsync(_service, cancellationToken).ConfigureAwait(false);
        var counted = processes.Where(p => _pattern?.IsMatch(p.Command) ?? true).ToList();
        var which = _pattern is null ? "" : $" that match /{_pattern}/";
        var verdict = _limits.Judge(
            counted.Count,
            "processes",
            $"The number of processes of {_service}{which} is",
            counted.Count == 0 ? $"It is {service.State.ToString().ToLowerInvariant()}." : $"They are {Names(counted)}.",
            static n => n.ToString("0", CultureInfo.InvariantCulture)
        );
        return counted.Count == 0 && verdict.Status == ProbeStatus.Unhealthy ? verdict with { Reason = "NotRunning" } : verdict;
    }

    protected override ProbeVerdict? Explain(Exception error) =>
        error is OpsRestartException e ? ProbeVerdict.Unknown(e.Error.ToString(), $"{e.Message} {e.Advice}".TrimEnd()) : null;

    private static string Names(List<ServiceProcess> processes) =>
        string.Join(", ", processes.Take(5).Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.Pid} ({Shown(p)})")))
        + (processes.Count > 5 ? " …" : "");

    private static string Shown(ServiceProcess process) => ForeignText.OneLine(SecretText.Redact(process.Command), 60);
}
