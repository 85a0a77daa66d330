namespace OpsRestart.Tests.Units.Fakes;

/// <summary>How a fake service behaves.</summary>
internal sealed class FakeUnit(string name)
{
    public string Name => name;

    public int Pid { get; set; } = 100;

    public ServiceState State { get; set; } = ServiceState.Running;

    public string LoadState { get; set; } = "loaded";

    public TimeSpan StartTakes { get; set; }

    public TimeSpan StopTakes { get; set; }

    /// <summary>Does not end by TERM; only KILL ends it.</summary>
    public bool IgnoresTerm { get; set; }

    /// <summary>A process of it is still there after its stop, until it is killed.</summary>
    public bool LeavesProcess { get; set; }

    /// <summary>Not even KILL ends it: it hangs in the kernel.</summary>
    public bool SurvivesKill { get; set; }

    /// <summary>Starts that fail, counted down.</summary>
    public int FailStarts { get; set; }

    /// <summary>After a start that succeeds, it dies after this long.</summary>
    public TimeSpan? DiesAfter { get; set; }

    public int Invocation { get; set; } = 1;

    public TimeSpan? StopTimeout { get; set; } = TimeSpan.FromSeconds(90);

    public string KillMode { get; set; } = "mixed";

    public string? ControlGroup { get; set; }

    public TaskCompletionSource Killed { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
