using OpsRestart.Completion;
using OpsRestart.Core.Text;
using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

/// <summary>
/// The base of what is done to services. All that come down the pipeline are collected, asked about, and then done at the same time;
/// one that fails is an error of its own and does not hold up the others.
/// </summary>
public abstract class ServiceActionCommand : ServiceCommand
{
    private readonly List<WantedService> _wanted = [];

    /// <summary>Names as systemctl takes them, with wildcards and template sets.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ServiceName]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Return each service as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What is done, as an imperative: "Stop".</summary>
    private protected abstract string Action { get; }

    /// <summary>Whether the cmdlet asks before it does it. Waiting changes nothing.</summary>
    private protected virtual bool Changes => true;

    /// <summary>Does it to one service; an expected failure comes back as a record.</summary>
    private protected abstract Task<ErrorRecord?> ActAsync(ServiceAction action, CancellationToken cancellationToken);

    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            _wanted.Add(Wanted(name));
        }
    }

    protected override void EndProcessing() => Run(ActOnAllAsync);

    private async Task ActOnAllAsync(Pump pump)
    {
        var approved = new List<ServiceAction>();
        foreach (var action in await FindActionsAsync(pump).ConfigureAwait(false))
        {
            if (!Changes || await pump.ShouldProcessAsync(action.Shown, Action).ConfigureAwait(false))
            {
                approved.Add(action);
            }
        }

        var pending = new PendingNames(approved.Select(static a => a.Service.Name));
        await using (pump.Progress.Watch($"{Action} services", pending.Describe).ConfigureAwait(false))
        {
            await ActOnManyAsync(approved, a => ActOnOneAsync(a, pending, pump), pump.Stopping).ConfigureAwait(false);
        }

        // Only now: whatever a consumer does to the pipeline, nothing is interrupted half-way.
        if (PassThru)
        {
            await PassThruAsync(approved, pump).ConfigureAwait(false);
        }
    }

    /// <summary>How many at the same time, and in which order: all at once.</summary>
    /// <param name="actions">What was agreed to.</param>
    /// <param name="act">Does one, and says whether it went well; a failure is told already.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    private protected virtual Task ActOnManyAsync(
        IReadOnlyList<ServiceAction> actions,
        Func<ServiceAction, Task<bool>> act,
        CancellationToken cancellationToken
    ) => Task.WhenAll(actions.Select(act));

    private async Task<IEnumerable<ServiceAction>> FindActionsAsync(Pump pump)
    {
        if (_wanted.Count == 0)
        {
            return [];
        }

        var found = await FindAsync(_wanted, new ServiceQuery(), pump).ConfigureAwait(false);
        foreach (var pattern in _wanted.Where(static w => w.IsPattern))
        {
            if (!found.Any(f => Matches(pattern, f)))
            {
                pump.Error(ErrorRecords.UnitNotFound(pattern.Name, HostName));
            }
        }

        var twofold = _wanted.Where(w => !w.IsPattern && w.Targets.Count(t => found.Any(f => IsMeant(f, t, w))) > 1).ToList();
        foreach (var name in twofold)
        {
            pump.Error(
                ErrorRecords.Create(
                    OpsError.InvalidArgument,
                    $"'{name.Name}' is a unit of systemd and a program of supervisord.",
                    name.Name,
                    "Say which: -Manager Systemd or -Manager Supervisor."
                )
            );
        }

        return found
            .Where(f => !twofold.Exists(w => IsMeant(f, f.Target, w)))
            .DistinctBy(static f => (f.Target, f.Service.Id))
            .Select(f => new ServiceAction(Session, f.Target, f.Manager, f.Service, pump) { IsNamed = IsNamed(f) });
    }

    private static bool IsMeant(FoundService found, ManagerTarget target, WantedService wanted) =>
        found.Target == target
        && (wanted.IsFor(found.Service.Name) || wanted.IsFor(found.Service.Id) || wanted.IsFor(found.Service.Id.Split(':')[0]));

    private static bool Matches(WantedService pattern, FoundService found) =>
        pattern.Targets.Contains(found.Target)
        && NameMatch.Expand([pattern.Name]).Any(n => NameMatch.Matches(found.Service.Name, n) || NameMatch.Matches(found.Service.Id, n));

    /// <summary>By a name of its own, not by a wildcard or its group.</summary>
    private bool IsNamed(FoundService found) =>
        _wanted.Exists(w => w.IsFor(found.Service.Name) || w.IsFor(found.Service.Id))
        || !_wanted.Exists(w => w.Targets.Contains(found.Target) && (w.IsPattern || w.IsFor(found.Service.Id.Split(':')[0])));

    private async Task<bool> ActOnOneAsync(ServiceAction action, PendingNames pending, Pump pump)
    {
        try
        {
            if (await ActAsync(action, pump.Stopping).ConfigureAwait(false) is { } error)
            {
                pump.Error(error);
                return false;
            }

            pump.Verbose($"{Action} {action.Service.Name}: done.");
            return true;
        }
        catch (OpsRestartException e)
        {
            pump.Error(ErrorRecords.From(e, action.Service.Name));
            return false;
        }
        finally
        {
            pending.Done(action.Service.Name);
        }
    }

    private static async Task PassThruAsync(List<ServiceAction> actions, Pump pump)
    {
        foreach (var group in actions.GroupBy(static a => a.Manager))
        {
            var query = new ServiceQuery { Names = [.. group.Select(static a => a.Service.Id)], Detailed = true };
            foreach (var service in await group.Key.GetServicesAsync(query, pump.Stopping).ConfigureAwait(false))
            {
                await pump.OutputAsync(service).ConfigureAwait(false);
            }
        }
    }
}
