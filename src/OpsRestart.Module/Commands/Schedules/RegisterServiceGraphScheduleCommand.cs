using OpsRestart.Adapters.Systemd.Schedules;
using OpsRestart.Completion;
using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Register, "ServiceGraphSchedule", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ServiceGraphSchedule))]
public sealed class RegisterServiceGraphScheduleCommand : ScheduleCommand
{
    /// <summary>Name from the catalogue folders, or path of a graph file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(GraphNameCompleter))]
    public string Graph { get; set; } = "";

    /// <summary>When, as systemd.time(7) has it: <c>'Sun 06:00'</c>.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Calendar { get; set; } = "";

    /// <summary>What to do. Default: Restart.</summary>
    [Parameter]
    public GraphOperation Operation { get; set; } = GraphOperation.Restart;

    /// <summary>Begin up to so much later, at random. Default: at once.</summary>
    [Parameter]
    [Duration]
    public TimeSpan RandomizedDelay { get; set; }

    /// <summary>Skip it while one of these files exists (a deploy's lock, say).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SkipIf { get; set; } = [];

    /// <summary>Who runs it. Default: the user that the graph names, else root.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    /// <summary>Its name; the units are called <c>opsrestart-NAME</c>. Default: the name of the graph.</summary>
    [Parameter]
    [ValidatePattern("^[A-Za-z0-9_.-]+$")]
    public string? Name { get; set; }

    protected override void ProcessRecord()
    {
        try
        {
            Register();
        }
        catch (OpsRestartException e)
        {
            WriteError(ErrorRecords.From(e, Graph));
        }
    }

    private void Register()
    {
        // A graph that can't be read now would fail at night.
        var path = this.ResolveGraphPath(Graph);
        var graph = Session.LoadGraph(path);
        var program =
            OpsProgram.Find()
            ?? throw new OpsRestartException(
                OpsError.InvalidArgument,
                "There is no 'opsrestart' command on PATH, which the timer would run.",
                "opsrestart",
                "Install the command, then register the schedule again."
            );
        var schedule = new ServiceGraphSchedule
        {
            Name = ScheduleStore.Prefix + (Name ?? graph.Name),
            Graph = path,
            Operation = Operation,
            Calendar = Calendar,
            RandomizedDelay = RandomizedDelay,
            SkipIf = [.. SkipIf.Select(this.ResolveFilePath)],
            User = User ?? graph.User ?? "root",
        };
        if (ShouldProcess($"{Operation} of {graph.Name}, {Calendar}", "Register"))
        {
            Run(async pump =>
            {
                var store = await StoreAsync(pump.Stopping).ConfigureAwait(false);
                var made = await store.RegisterAsync(schedule, program, pump.Stopping).ConfigureAwait(false);
                await pump.OutputAsync(made).ConfigureAwait(false);
            });
        }
    }
}
