namespace OpsRestart.Adapters.Commands;

/// <summary>Where in the file system this process' own control groups are.</summary>
internal static class ControlGroupPlace
{
    // Of the hierarchies of version 1 those in which a group of one's own changes nothing but the grouping.
    private static readonly string[] Harmless = ["name=systemd", "pids", "freezer"];

    /// <summary>
    /// The folders of this process' groups that are fit to make one below: version 2 first, then systemd's own of version 1.
    /// </summary>
    /// <param name="groups">/proc/self/cgroup (cgroups(7)): lines of id:controllers:path.</param>
    /// <param name="mounts">/proc/self/mountinfo (proc(5)).</param>
    public static IReadOnlyList<string> Find(string groups, string mounts)
    {
        var own = groups
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split(':', 3))
            .Where(static f => f.Length == 3)
            .ToList();
        var mounted = mounts.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Mount.Parse).OfType<Mount>().ToList();
        var found = new List<string>();
        Add(own.FirstOrDefault(static f => f[0] == "0" && f[1].Length == 0), static m => m.Type == "cgroup2");
        foreach (var name in Harmless)
        {
            Add(own.FirstOrDefault(f => f[1].Split(',').Contains(name)), m => m.Type == "cgroup" && m.Options.Contains(name));
        }

        return found;

        void Add(string[]? group, Func<Mount, bool> fits)
        {
            if (group is not null && mounted.FirstOrDefault(m => fits(m) && m.Place(group[2]) is not null) is { } mount)
            {
                found.Add(mount.Place(group[2])!);
            }
        }
    }

    private sealed record Mount(string Root, string Point, string Type, IReadOnlyList<string> Options)
    {
        public static Mount? Parse(string line)
        {
            // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-");
            return dash < 6 || dash + 3 >= fields.Length
                ? null
                : new Mount(fields[3], fields[4], fields[dash + 1], fields[dash + 3].Split(','));
        }

        /// <summary>A container may have only a part of the hierarchy mounted.</summary>
        public string? Place(string path)
        {
            if (path.Contains("..", StringComparison.Ordinal) || Root.Contains("..", StringComparison.Ordinal))
            {
                return null;
            }

            var below =
                Root == "/" ? path
                : path == Root ? "/"
                : path.StartsWith(Root + "/", StringComparison.Ordinal) ? path[Root.Length..]
                : null;
            return below is null ? null : Path.Join(Point, below).TrimEnd('/');
        }
    }
}
