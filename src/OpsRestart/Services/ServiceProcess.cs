namespace OpsRestart;

/// <summary>A process in a service's control group.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Command">Its command line, or its name where that can't be read.</param>
public sealed record ServiceProcess(int Pid, string Command);
