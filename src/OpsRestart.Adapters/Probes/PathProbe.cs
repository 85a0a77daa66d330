using OpsRestart.Adapters.Commands;
using OpsRestart.Adapters.Files;

namespace OpsRestart.Adapters.Probes;

/// <summary>Whether a path is there, what it is, and whose: a data folder of the wrong owner lets no datastore start.</summary>
internal sealed class PathProbe : ProbeBase
{
    private const int Permissions = 0xFFF;
    private static readonly string[] OfSomething = ["owner", "group", "mode", "type"];

    private readonly string _path;
    private readonly string? _owner;
    private readonly string? _group;

    /// <summary>One of them has to be its mode. None: any.</summary>
    private readonly IReadOnlyList<int> _modes;
    private readonly PathType? _type;
    private readonly bool _absent;

    public PathProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _path = settings.Target;
        if (!Path.IsPathRooted(_path))
        {
            settings.FailTarget("is no absolute path", "Write /var/lib/redis.");
        }

        (_owner, _group) = (settings.Text("owner"), settings.Text("group"));
        _modes = [.. settings.List("mode").Select(text => ReadMode(settings, text)).OfType<int>()];
        _type = settings.Choice<PathType>("type");
        _absent = settings.Flag("absent") ?? false;
        foreach (var key in OfSomething.Where(k => _absent && settings.Has(k)))
        {
            settings.Fail(key, "can't be asked of what has to be absent");
        }
    }

    protected override string Peer => _path;

    // On a thread of its own: a hanging network file system must not hold up the deadline.
    protected override Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken) => Task.Run(Look, cancellationToken);

    private ProbeVerdict Look()
    {
        var status = FileStatus.OfTarget(_path);
        if (status is null)
        {
            return Missing();
        }

        var found = status.Value;
        if (_absent)
        {
            return ProbeVerdict.Unhealthy("Exists", $"{_path} exists, which it must not. Find out what made it.");
        }

        var faults = new[] { WrongType(found), WrongOwner(found), WrongGroup(found), WrongMode(found) }.OfType<(string, string)>().ToList();
        return faults.Count == 0
            ? ProbeVerdict.Healthy(
                ProbeReason.Ok,
                $"{_path} is {found.Kind} of {NameOfUser(found.Owner)}:{NameOfGroup(found.Group)}, mode {Mode(found.Mode)}."
            )
            : ProbeVerdict.Unhealthy(faults[0].Item1, $"{_path} {string.Join(", and ", faults.Select(static f => f.Item2))}.");
    }

    private ProbeVerdict Missing()
    {
        if (File.Exists(_path) || Directory.Exists(_path) || !IsHidden())
        {
            return _absent
                ? ProbeVerdict.Healthy("NoPath", $"{_path} does not exist, as it should be.")
                : ProbeVerdict.Unhealthy("NoPath", $"{_path} does not exist. Check the path, and that its file system is mounted.");
        }

        return ProbeVerdict.Unknown(ProbeReason.AccessDenied, $"{_path} can't be looked at by this user. Run as root.");
    }

    /// <summary>A folder on the way may not be entered, so that nothing is known of what is in it.</summary>
    private bool IsHidden()
    {
        for (var folder = Path.GetDirectoryName(_path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (FileStatus.OfTarget(folder) is { } status)
            {
                return status.IsFolder && !MayEnter(folder);
            }
        }

        return true;
    }

    private static bool MayEnter(string folder) => FileStatus.OfTarget(Path.Combine(folder, ".")) is not null;

    private (string, string)? WrongType(FileStatus found)
    {
        var fits = _type switch
        {
            null => true,
            PathType.File => found.IsFile,
            PathType.Folder => found.IsFolder,
            _ => (found.Mode & 0xF000) == 0xC000,
        };
        return fits ? null : ("WrongType", $"is {found.Kind}, not a {_type.ToString()!.ToLowerInvariant()}");
    }

    private (string, string)? WrongOwner(FileStatus found) =>
        _owner is null || UserAccount.Find(_owner)?.Id == found.Owner
            ? null
            : ("WrongOwner", $"belongs to {NameOfUser(found.Owner)}, not to {_owner} (chown {_owner} {_path})");

    private (string, string)? WrongGroup(FileStatus found) =>
        _group is null || GroupAccount.Find(_group)?.Id == found.Group
            ? null
            : ("WrongGroup", $"belongs to the group {NameOfGroup(found.Group)}, not to {_group} (chgrp {_group} {_path})");

    private (string, string)? WrongMode(FileStatus found) =>
        _modes.Count == 0 || _modes.Contains(found.Mode & Permissions)
            ? null
            : ("WrongMode", $"has mode {Mode(found.Mode)}, not {string.Join(" or ", _modes.Select(Mode))}");

    private static string Mode(int mode) => Convert.ToString(mode & Permissions, 8).PadLeft(4, '0');

    private static string NameOfUser(uint id) => UserAccount.Find(id)?.Name ?? id.ToString(CultureInfo.InvariantCulture);

    private static string NameOfGroup(uint id) => GroupAccount.Find(id)?.Name ?? id.ToString(CultureInfo.InvariantCulture);

    private static int? ReadMode(ProbeSettings settings, string text)
    {
        if (text.Length is 3 or 4 && text.All(static c => c is >= '0' and <= '7'))
        {
            return Convert.ToInt32(text, 8);
        }

        settings.Fail("mode", $"is no mode: '{text}'", "Write it as chmod takes it: 750, 0640.");
        return null;
    }
}

/// <summary>What a path has to be.</summary>
internal enum PathType
{
    File,
    Folder,
    Socket,
}
