using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.Supervisor;

/// <summary>The configuration that a running supervisord of this machine was started with, as it is on disk now.</summary>
internal sealed class RunningConfiguration(SupervisorLink link)
{
    private static readonly Dictionary<string, ProgramSection> Unknown = [];
    private readonly Lock _gate = new();
    private (int Pid, SupervisorConfiguration Read, Dictionary<string, ProgramSection> Sections)? _last;

    /// <summary>What it says of each process, by its full name; empty when it can't be read, or is another's.</summary>
    /// <param name="pid">supervisord's own.</param>
    public IReadOnlyDictionary<string, ProgramSection> Sections(int pid)
    {
        try
        {
            lock (_gate)
            {
                // A run asks many times.
                if (_last is { } last && last.Pid == pid && !last.Read.IsChanged())
                {
                    return last.Sections;
                }

                _last = null;
                if (FileOf(pid) is not { } file || SupervisorConfiguration.Read(file) is var read && !IsItsOwn(read))
                {
                    return Unknown;
                }

                var sections = read.Programs().DistinctBy(static p => p.Id).ToDictionary(static p => p.Id, StringComparer.Ordinal);
                _last = (pid, read, sections);
                return sections;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unknown;
        }
    }

    private bool IsItsOwn(SupervisorConfiguration configuration) => link.Address.Socket is not { } socket || configuration.IsAt(socket);

    /// <summary>The argument of -c or --configuration, else the default.</summary>
    private static string? FileOf(int pid)
    {
        var words = ProcessEntry.CommandOf(pid);
        for (var i = 0; i < words.Count; i++)
        {
            var file = words[i] switch
            {
                "-c" or "--configuration" when i + 1 < words.Count => words[i + 1],
                ['-', 'c', .. { Length: > 0 } joined] => joined,
                var word when word.StartsWith("--configuration=", StringComparison.Ordinal) => word["--configuration=".Length..],
                _ => null,
            };
            if (file is not null)
            {
                // It may have been started in another folder than it is in now.
                return Path.IsPathRooted(file) ? file : null;
            }
        }

        return SupervisorConfiguration.DefaultFiles.FirstOrDefault(File.Exists);
    }
}
