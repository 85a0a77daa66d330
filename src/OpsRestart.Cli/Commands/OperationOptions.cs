using System.CommandLine;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;

namespace OpsRestart.Cli.Commands;

/// <summary>The options of start, stop, restart and plan; a start has nothing to drain.</summary>
internal sealed class OperationOptions
{
    private readonly PartOptions _part = new();
    private readonly Option<bool> _keepDatastores = OptionOf.Flag("--keep-datastores", "Leave the nodes with the role datastore alone.");
    private readonly Option<bool> _only = OptionOf.Flag(
        "--only",
        "With --name or --role: those nodes alone, without their dependents or dependencies."
    );
    private readonly Option<TimeSpan?> _timeout = OptionOf.Time(
        "--timeout",
        "Time limit of the run, not counting rollback. Default: none beyond the steps' own limits."
    );
    private readonly Option<FailurePolicy?> _onFailure = OptionOf.Word<FailurePolicy>(
        "--on-failure",
        "What to do when a step fails. Default: rollback for a restart, stop for a start or stop."
    );
    private readonly Option<bool> _startStopped = OptionOf.Flag("--start-stopped", "Also start nodes that were not running before.");
    private readonly Option<bool> _force = OptionOf.Flag(
        "--force",
        "Ignore preflight errors, and run hooks even if queues were not drained."
    );
    private readonly Option<DrainMode?> _drainMode = OptionOf.Word<DrainMode>(
        "--drain-mode",
        "One choice for all queues: wait until no task runs; signal the workers; suspend-only; or none: wait for no task. "
            + "Default: as the graph says."
    );
    private readonly Option<DrainLevel?> _drainLevel = OptionOf.Word<DrainLevel>(
        "--drain-level",
        "How far every queue is drained; not together with --drain-mode. Default: as the graph says."
    );
    private readonly Option<TimeSpan?> _drainTimeout = OptionOf.Time(
        "--drain-timeout",
        "How long a drain may take. Default: as the graph says."
    );
    private readonly Option<DrainTimeoutPolicy?> _onDrainTimeout = OptionOf.Word<DrainTimeoutPolicy>(
        "--on-drain-timeout",
        "What to do when a drain does not end in time. Default: as the graph says."
    );
    private readonly Option<TimeSpan?> _stopTimeout = OptionOf.Time(
        "--stop-timeout",
        "How long a stop may take until everything of the service is killed; never that of a datastore. Default: as the graph or the "
            + "manager says."
    );
    private readonly Option<bool> _rolling = OptionOf.Flag(
        "--rolling",
        "One batch of instances after the other, idle workers first, so that work never stops; each is ready, stays up and consumes again "
            + "before the next. Datastores are left alone."
    );
    private readonly Option<int> _batchSize = new("--batch-size")
    {
        Description = "With --rolling: instances of one kind at a time. Default 1.",
        HelpName = "number",
        DefaultValueFactory = static _ => 1,
    };
    private readonly Option<bool> _emergency = OptionOf.Flag(
        "--emergency",
        "Within 10 seconds: drain nothing, kill all but the datastores at once, and tell these to stop. Asks first."
    );
    private readonly Option<bool> _yes = OptionOf.Flag("--yes", "With --emergency: do not ask.");
    private readonly Option<bool> _skipValidation = OptionOf.Flag("--skip-validation", "Skip the final probes and the journal check.");

    private readonly Option<string[]> _skipIf = new("--skip-if")
    {
        Description = "Do nothing, with exit code 8, while this file exists (a deploy's lock, say). Several are possible.",
        HelpName = "file",
        AllowMultipleArgumentsPerToken = true,
    };

    public void AddTo(Command command, GraphOperation? operation)
    {
        var stops = operation != GraphOperation.Start;
        var starts = operation != GraphOperation.Stop;
        _part.AddTo(command);
        Add(true, _keepDatastores, _only);
        Add(operation is not null, _timeout, _onFailure, _force, _skipIf);
        Add(operation == GraphOperation.Restart, _startStopped);
        Add(operation is GraphOperation.Restart or null, _rolling, _batchSize);
        Add(operation == GraphOperation.Stop, _emergency, _yes);
        Add(stops, _drainMode, _drainLevel, _drainTimeout, _onDrainTimeout, _stopTimeout);
        Add(starts, _skipValidation);

        void Add(bool wanted, params Option[] options)
        {
            foreach (var option in wanted ? options : [])
            {
                command.Options.Add(option);
            }
        }
    }

    public PlanOptions Plan(ParseResult parsed) =>
        new()
        {
            Part = _part.Of(parsed) with { KeepDatastores = parsed.GetValue(_keepDatastores) },
            Only = parsed.GetValue(_only),
            Rolling = parsed.GetValue(_rolling),
            BatchSize = parsed.GetResult(_batchSize) is null ? 1 : parsed.GetValue(_batchSize),
            Emergency = parsed.GetValue(_emergency),
            DrainMode = parsed.GetValue(_drainMode),
            DrainLevel = parsed.GetValue(_drainLevel),
            DrainTimeout = parsed.GetValue(_drainTimeout),
            OnDrainTimeout = parsed.GetValue(_onDrainTimeout),
            StopTimeout = parsed.GetValue(_stopTimeout),
            SkipValidation = parsed.GetValue(_skipValidation),
        };

    /// <summary>What would be asked is meant.</summary>
    public bool IsSure(ParseResult parsed) => parsed.GetValue(_yes);

    public RunOptions Run(ParseResult parsed) =>
        new()
        {
            OnFailure = parsed.GetValue(_onFailure),
            Timeout = parsed.GetValue(_timeout),
            StartStopped = parsed.GetValue(_startStopped),
            Force = parsed.GetValue(_force),
            SkipIf = parsed.GetValue(_skipIf) ?? [],
        };
}
