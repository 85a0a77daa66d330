using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Supervisor;

/// <summary>
/// supervisord's configuration as it is on disk, with what it includes. What depends on supervisord's own environment
/// (<c>%(ENV_NAME)s</c>) is not known here, and is left out rather than guessed.
/// </summary>
internal sealed partial class SupervisorConfiguration
{
    /// <summary>The files that supervisorctl looks at too; those in the current folder are left out, which may be anybody's.</summary>
    public static readonly IReadOnlyList<string> DefaultFiles = ["/etc/supervisord.conf", "/etc/supervisor/supervisord.conf"];

    // As many as supervisord itself would hardly run; stops a number that was mistyped.
    private const int MostProcesses = 10_000;
    private static readonly string[] ProgramKinds = ["program", "fcgi-program", "eventlistener"];
    private readonly Dictionary<string, Dictionary<string, string>> _sections = new(StringComparer.Ordinal);

    // What was read, and the folders in which more may come up, each with its last change.
    private readonly Dictionary<string, DateTime> _places = new(StringComparer.Ordinal);

    private SupervisorConfiguration(string file) => File = file;

    /// <summary>The main file.</summary>
    public string File { get; }

    /// <exception cref="IOException">It, or what it includes, can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static SupervisorConfiguration Read(string file)
    {
        var configuration = ReadMain(file);
        if (configuration.Value("include", "files") is { } patterns)
        {
            foreach (var included in patterns.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(p => Glob(file, p)))
            {
                configuration.Add(included);
            }
        }

        return configuration;
    }

    /// <summary>Without what it includes: supervisorctl finds supervisord by this alone.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static SupervisorConfiguration ReadMain(string file)
    {
        var configuration = new SupervisorConfiguration(file);
        configuration.Add(file);
        return configuration;
    }

    /// <summary>
    /// The processes that a supervisord would have which does not run, by this machine's configuration; none where no file that can be
    /// read is that supervisord's.
    /// </summary>
    /// <param name="socket">Where it is to listen; null: this machine's own.</param>
    public static IReadOnlyList<ProgramSection> ProgramsAt(string? socket)
    {
        try
        {
            var found = DefaultFiles.Where(System.IO.File.Exists).Select(Read).FirstOrDefault();
            return found is not null && (socket is null || found.IsAt(socket)) ? found.Programs() : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Whether it makes supervisord listen there; <c>/var/run</c> is <c>/run</c>.</summary>
    /// <param name="address"><c>unix:///path</c>, or the path.</param>
    public bool IsAt(string address)
    {
        return Value("unix_http_server", "file") is { } own && Plain(own) == Plain(address);

        static string Plain(string path)
        {
            var bare = path.StartsWith("unix://", StringComparison.Ordinal) ? path["unix://".Length..] : path;
            return bare.StartsWith("/var/run/", StringComparison.Ordinal) ? bare["/var".Length..] : bare;
        }
    }

    /// <summary>Whether a file was changed since it was read, or came up beside those that were read.</summary>
    public bool IsChanged() => _places.Any(static p => System.IO.File.GetLastWriteTimeUtc(p.Key) != p.Value);

    /// <summary>Null: it is not written, or depends on supervisord's environment.</summary>
    public string? Value(string section, string key) =>
        _sections.GetValueOrDefault(section)?.GetValueOrDefault(key) is { } text && !text.Contains("%(ENV_", StringComparison.Ordinal)
            ? text.Replace("%(host_node_name)s", Environment.MachineName, StringComparison.Ordinal)
            : null;

    /// <summary>Every process that its sections make; those whose names are not known are left out.</summary>
    public IReadOnlyList<ProgramSection> Programs()
    {
        var groups = _sections
            .Keys.Where(static s => s.StartsWith("group:", StringComparison.Ordinal))
            .SelectMany(s => Words(Value(s, "programs")).Select(p => (Program: p, Group: s["group:".Length..].Trim())))
            .ToLookup(static g => g.Program, static g => g.Group);
        return
        [
            .. _sections.Keys.SelectMany(section =>
                ProgramKinds.FirstOrDefault(k => section.StartsWith(k + ":", StringComparison.Ordinal)) is { } kind
                    ? OfSection(section, section[(kind.Length + 1)..].Trim(), groups)
                    : []
            ),
        ];
    }

    private IEnumerable<ProgramSection> OfSection(string section, string program, ILookup<string, string> groups)
    {
        var count = Number(section, "numprocs", 1);
        var first = Number(section, "numprocs_start", 0);
        var pattern = _sections[section].ContainsKey("process_name") ? Value(section, "process_name") : "%(program_name)s";
        if (count is null or > MostProcesses || first is null || pattern is null)
        {
            return [];
        }

        var numbers = Enumerable.Range(first.Value, Math.Max(0, count.Value)).ToList();
        return (groups.Contains(program) ? groups[program] : [program]).SelectMany(group =>
            numbers
                .Select(n => Expand(pattern, program, group, n))
                .OfType<string>()
                .Select(name => new ProgramSection($"{group}:{name}")
                {
                    StopWait = Number(section, "stopwaitsecs", 10) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                    StopAsGroup = Flag(section, "stopasgroup", false),
                    AutoStart = Flag(section, "autostart", true),
                })
        );
    }

    private void Add(string file)
    {
        var here = Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/";
        _places[here] = Directory.GetLastWriteTimeUtc(here);
        _places[file] = System.IO.File.GetLastWriteTimeUtc(file);
        foreach (var (section, key, value) in IniFile.Read(file))
        {
            if (!_sections.TryGetValue(section, out var keys))
            {
                _sections[section] = keys = new Dictionary<string, string>(StringComparer.Ordinal);
            }

            keys[key] = value.Replace("%(here)s", here, StringComparison.Ordinal);
        }
    }

    /// <summary>Files of a pattern with wildcards in any part of it, sorted, as supervisord reads them.</summary>
    private static List<string> Glob(string from, string pattern)
    {
        var parts = Path.GetFullPath(pattern, Path.GetDirectoryName(Path.GetFullPath(from)) ?? "/").Split('/')[1..];
        List<string> found = ["/"];
        foreach (var part in parts)
        {
            found = NameMatch.IsPattern(part)
                ? [.. found.Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries).Where(IsMatch)]
                : [.. found.Select(f => Path.Combine(f, part))];

            // A name that begins with a dot is matched by no wildcard.
            bool IsMatch(string path) =>
                Path.GetFileName(path) is ['.', ..] ? part[0] == '.' : NameMatch.Matches(Path.GetFileName(path), part);
        }

        return [.. found.Where(System.IO.File.Exists).Order(StringComparer.Ordinal)];
    }

    private static string[] Words(string? list) =>
        list?.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private int? Number(string section, string key, int otherwise) =>
        !_sections[section].ContainsKey(key) ? otherwise
        : int.TryParse(Value(section, key), CultureInfo.InvariantCulture, out var number) ? number
        : null;

    private bool? Flag(string section, string key, bool otherwise) =>
        !_sections[section].ContainsKey(key)
            ? otherwise
            : Value(section, key)?.ToLowerInvariant() switch
            {
                "true" or "on" or "yes" or "1" => true,
                "false" or "off" or "no" or "0" => false,
                _ => null,
            };

    /// <summary>A process' name; null: it holds what is not known here.</summary>
    private static string? Expand(string pattern, string program, string group, int number)
    {
        var name = Expansion()
            .Replace(
                pattern,
                m =>
                    m.Groups["name"].Value switch
                    {
                        "program_name" => program,
                        "group_name" => group,
                        "process_num" => number.ToString(CultureInfo.InvariantCulture).PadLeft(Width(m), '0'),
                        _ => m.Value,
                    }
            );
        return name.Contains("%(", StringComparison.Ordinal) ? null : name;

        static int Width(Match match) => int.TryParse(match.Groups["width"].Value, CultureInfo.InvariantCulture, out var width) ? width : 0;
    }

    [GeneratedRegex(@"%\((?<name>\w+)\)(0(?<width>\d{1,2}))?[sd]", RegexOptions.CultureInvariant)]
    private static partial Regex Expansion();
}
