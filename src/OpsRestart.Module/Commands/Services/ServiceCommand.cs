using OpsRestart.Errors;

namespace OpsRestart.Commands;

/// <summary>Knows which service manager is meant.</summary>
public abstract class ServiceCommand : OpsCmdlet
{
    /// <summary>
    /// Systemd or Supervisor. Default: names with a group (workers:mail, 'workers:*') are programs of supervisord, those that end in a
    /// unit's type (.service) are units, and others are looked for in both, where this machine has a supervisord.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ServiceManagerKind? Manager { get; set; }

    /// <summary>The system's manager (default), or the calling user's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ServiceScope Scope { get; set; }

    /// <summary>Another host, as <c>user@host</c>; reached by ssh, as <c>systemctl -H</c> does.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("ComputerName")]
    public string? HostName { get; set; }

    /// <summary>
    /// Where supervisord listens: unix:///run/supervisor.sock or http://user:password@host:9001; names are its programs then. Default: as
    /// this machine's configuration says. A secret can be ${env:NAME} or ${file:/path}.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Socket { get; set; }

    /// <summary>Where to look for a service of that name.</summary>
    private protected WantedService Wanted(string name) => new(name, ManagerRule.For(name, Manager, HostName, Scope, Socket));

    /// <summary>All whose services are meant when none is named.</summary>
    private protected IReadOnlyList<ManagerTarget> Targets => ManagerRule.For(null, Manager, HostName, Scope, Socket);

    /// <summary>The one manager that is meant where there is no name to tell: systemd, unless it is said otherwise.</summary>
    private protected ManagerTarget Target => Targets[0];

    /// <summary>
    /// What is found of the names, one look at each manager. Names that no manager knows are errors. Of two managers that could have a
    /// service, one that can't be asked is none, as long as the other answers.
    /// </summary>
    /// <exception cref="OpsRestartException">The only manager that is meant can't be asked.</exception>
    private protected async Task<IReadOnlyList<FoundService>> FindAsync(IReadOnlyList<WantedService> wanted, ServiceQuery query, Pump pump)
    {
        var answers = new Dictionary<ManagerTarget, IReadOnlyList<FoundService>>();
        var failures = new Dictionary<ManagerTarget, OpsRestartException>();
        var targets = wanted.SelectMany(static w => w.Targets).Distinct().ToList();
        foreach (var target in targets)
        {
            try
            {
                var manager = await Session.Services.GetManagerAsync(target, pump.Stopping).ConfigureAwait(false);
                var names = wanted.Where(w => w.Targets.Contains(target)).Select(static w => w.Name).Distinct(StringComparer.Ordinal);
                var services = await manager
                    .GetServicesAsync(query with { Names = [.. names.Where(static n => n.Length > 0)] }, pump.Stopping)
                    .ConfigureAwait(false);
                answers[target] = [.. services.Select(s => new FoundService(target, manager, s))];
            }
            catch (OpsRestartException e) when (targets.Count > 1 || wanted.All(static w => w.MayBeAbsent))
            {
                failures[target] = e;
            }
        }

        foreach (var (target, failure) in failures)
        {
            var unanswered = wanted.Where(w => !w.MayBeAbsent && w.Targets[0] == target && !w.Targets.Any(answers.ContainsKey)).ToList();
            if (unanswered.Count > 0)
            {
                pump.Error(ErrorRecords.From(failure, string.Join(", ", unanswered.Select(static w => w.Name))));
            }
            else
            {
                pump.Verbose($"{target.Kind} was not asked: {failure.Message}");
            }
        }

        var missing = MissingNames.Of(wanted, answers);
        foreach (var name in missing)
        {
            var unasked = wanted.Where(w => w.IsFor(name)).SelectMany(static w => w.Targets).Select(failures.GetValueOrDefault);
            pump.Error(ErrorRecords.UnitNotFound(name, HostName, unasked.OfType<OpsRestartException>().FirstOrDefault()?.Message));
        }

        return [.. answers.Values.SelectMany(static a => a).Where(static f => f.Service.State != ServiceState.NotFound)];
    }
}
