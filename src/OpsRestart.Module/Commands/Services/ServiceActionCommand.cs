using System.Management.Automation;
using OpsRestart.Completion;
using OpsRestart.Core.Abstractions;
using OpsRestart.Errors;
using OpsRestart.Parameters;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

/// <summary>
/// The base of what is done to services. All that come down the pipeline are collected, asked about, and then done at the same time;
/// one that fails is an error of its own and does not hold up the others.
/// </summary>
public abstract class ServiceActionCommand : ServiceCommand
{
    private readonly List<(ServiceTarget Target, string Name)> wanted = [];

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
            wanted.Add((Target, name));
        }
    }

    protected override void EndProcessing() => Run(ActOnAllAsync);

    private async Task ActOnAllAsync(Pump pump)
    {
        var approved = new List<ServiceAction>();
        foreach (var action in await FindAsync(pump).ConfigureAwait(false))
        {
            if (!Changes || await pump.ShouldProcessAsync(action.Service.Name, Action).ConfigureAwait(false))
            {
                approved.Add(action);
            }
        }

        var pending = new PendingNames(approved.Select(static a => a.Service.Name));
        await using (pump.Progress.Watch($"{Action} services", pending.Describe).ConfigureAwait(false))
        {
            await Task.WhenAll(approved.Select(a => ActOnOneAsync(a, pending, pump))).ConfigureAwait(false);
        }

        // Only now: whatever a consumer does to the pipeline, nothing is interrupted half-way.
        if (PassThru)
        {
            await PassThruAsync(approved, pump).ConfigureAwait(false);
        }
    }

    private async Task<IEnumerable<ServiceAction>> FindAsync(Pump pump)
    {
        var found = new Dictionary<(ServiceTarget, string Id), ServiceAction>();
        foreach (var (target, name) in wanted)
        {
            var manager = await target.ManagerAsync(Session, pump.Stopping).ConfigureAwait(false);
            var matches = await manager.GetServicesAsync(new ServiceQuery { Names = [name] }, pump.Stopping).ConfigureAwait(false);
            if (matches.Count == 0)
            {
                pump.Error(ErrorRecords.UnitNotFound(name, target.HostName));
            }

            foreach (var service in matches)
            {
                if (service.State == ServiceState.NotFound)
                {
                    pump.Error(ErrorRecords.UnitNotFound(service.Name, target.HostName));
                }
                else
                {
                    found.TryAdd((target, service.Id), new ServiceAction(Session, target, manager, service, pump));
                }
            }
        }

        return found.Values;
    }

    private async Task ActOnOneAsync(ServiceAction action, PendingNames pending, Pump pump)
    {
        try
        {
            if (await ActAsync(action, pump.Stopping).ConfigureAwait(false) is { } error)
            {
                pump.Error(error);
            }
            else
            {
                pump.Verbose($"{Action} {action.Service.Name}: done.");
            }
        }
        catch (OpsRestartException e)
        {
            pump.Error(ErrorRecords.From(e, action.Service.Name));
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
