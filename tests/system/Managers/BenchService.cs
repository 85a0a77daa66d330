namespace OpsRestart.Tests.System.Managers;

/// <summary>A service that is a script, whoever manages it.</summary>
/// <param name="Name">Its name; the manager's may be longer.</param>
/// <param name="Script">What bash is given.</param>
public sealed record BenchService(string Name, string Script = "exec sleep infinity")
{
    /// <summary>The manager sends KILL so many seconds after TERM.</summary>
    public int StopSeconds { get; init; } = 60;

    /// <summary>It does not count as started within half a minute.</summary>
    public bool NeverStarts { get; init; }
}
