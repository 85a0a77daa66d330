namespace OpsRestart.Adapters.Checks;

/// <summary>An upgrade in progress restarts services by itself and takes them away in the middle of a run.</summary>
internal sealed class PackageManagerCheck : IPreflightCheck
{
    private static readonly string[] Locks = ["/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock"];

    public Task<IReadOnlyList<GraphFinding>> CheckAsync(ServiceGraphPlan plan, ServiceLooks services, CancellationToken cancellationToken)
    {
        IReadOnlyList<GraphFinding> findings = Locks.Any(IsHeld)
            ?
            [
                new GraphFinding
                {
                    Code = "PackageManagerBusy",
                    Message = "The package manager is at work (the lock of dpkg is held).",
                    Target = "dpkg",
                    Advice = "Wait for it: it may restart the same services.",
                },
            ]
            : [];
        return Task.FromResult(findings);
    }

    /// <summary>dpkg holds a POSIX record lock; asking for it is the one way to see it, and it is given back at once.</summary>
    private static bool IsHeld(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            file.Lock(0, 1);
            file.Unlock(0, 1);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            // Not root: it can't be told, and the privilege check has its own say.
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
