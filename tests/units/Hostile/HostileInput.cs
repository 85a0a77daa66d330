namespace OpsRestart.Tests.Units.Hostile;

/// <summary>One thing from outside that is not as it should be.</summary>
/// <param name="Name">Says which, so that a failure can be tried alone.</param>
/// <param name="Data">What its suite makes of it.</param>
internal sealed record HostileInput(string Name, object? Data = null)
{
    /// <summary>No part of these may be shown.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>How long it may take. Generous: it shows hangs, not how busy the machine is.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(40);
}
