using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.RunStore;

/// <summary>
/// Where a host's OpsRestart keeps its state. Records (what is suspended, what a run found running) outlive a boot, locks don't.
/// OPSRESTART_STATE_DIR takes the place of all of them. There is no other place to fall back to: what can't be trusted is refused.
/// </summary>
internal static class StatePlaces
{
    private const string Name = "opsrestart";

    /// <summary>Every user may lock there, so that root and users exclude each other where both may manage the system's services.</summary>
    private const string SharedLocks = "/run/lock";

    /// <summary>/var/lib/opsrestart for root, else $XDG_STATE_HOME/opsrestart.</summary>
    /// <exception cref="StateException">Not to be trusted, or not to be made.</exception>
    public static string Records(string kind) =>
        PrivateFolder.Ensure(Path.Combine(Given ?? (UserAccount.Me.Id == 0 ? $"/var/lib/{Name}" : Path.Combine(StateHome, Name)), kind));

    /// <summary>/run/opsrestart for root, else $XDG_RUNTIME_DIR/opsrestart: for what no other user can touch.</summary>
    /// <exception cref="StateException">Not to be trusted, or not to be made.</exception>
    public static string OwnLocks() =>
        PrivateFolder.Ensure(
            Path.Combine(
                Given ?? (UserAccount.Me.Id == 0 ? $"/run/{Name}" : Path.Combine(Absolute("XDG_RUNTIME_DIR") ?? StateHome, Name)),
                "locks"
            )
        );

    /// <summary>The file that is locked by whoever runs this graph.</summary>
    /// <exception cref="StateException">Not to be trusted, or not to be made.</exception>
    public static string LockOf(ServiceGraph graph, string fileName) =>
        Given is null && graph.Nodes.Any(static n => n.Scope == ServiceScope.System)
            ? Path.Combine(PrivateFolder.Shared(SharedLocks), $"{Name}-{fileName}.lock")
            : Path.Combine(OwnLocks(), fileName + ".lock");

    private static string? Given =>
        Environment.GetEnvironmentVariable("OPSRESTART_STATE_DIR") is { Length: > 0 } given ? Path.GetFullPath(given) : null;

    private static string StateHome => Absolute("XDG_STATE_HOME") ?? Path.Combine(UserAccount.Me.Home, ".local/state");

    // The specification of the base directories: a path that is not absolute is to be ignored.
    private static string? Absolute(string variable) => Environment.GetEnvironmentVariable(variable) is ['/', ..] path ? path : null;
}
