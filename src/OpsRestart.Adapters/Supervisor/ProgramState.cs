namespace OpsRestart.Adapters.Supervisor;

/// <summary>supervisord's states of a process, by their numbers (supervisor/states.py).</summary>
internal enum ProgramState
{
    Stopped = 0,
    Starting = 10,
    Running = 20,
    Backoff = 30,
    Stopping = 40,
    Exited = 100,
    Fatal = 200,
    Unknown = 1000,
}
