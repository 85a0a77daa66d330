namespace OpsRestart.Adapters.Probes;

/// <summary>Whether systemd can count memory at all.</summary>
internal static class MemoryController
{
    public const string Root = "/sys/fs/cgroup";

    /// <summary>
    /// With cgroup v2 alone <c>cgroup.controllers</c> lists what there is. Where the file is not, it is cgroup v1, or unknown.
    /// </summary>
    public static bool IsMissing(string root)
    {
        try
        {
            return !File.ReadAllText(Path.Combine(root, "cgroup.controllers")).Split([' ', '\n']).Contains("memory");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
