namespace OpsRestart.Adapters.Systemd;

/// <summary>The jobs that can be asked for, with the manager's method for each.</summary>
internal enum JobKind
{
    Start,
    Stop,
    Restart,
}
