using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.Probes.Packages;

/// <summary>Runs a program of Debian's package tools, in plain English.</summary>
internal static class AptCommand
{
    /// <summary>A list of all packages of a large host.</summary>
    private const int Most = 16 << 20;

    private static readonly Dictionary<string, string> PlainEnglish = new() { ["LC_ALL"] = "C.UTF-8", ["LANGUAGE"] = "" };

    /// <exception cref="CommandStartException">It is not here.</exception>
    /// <exception cref="AptException">It failed.</exception>
    public static async Task<string> RunAsync(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var command = new Command
        {
            Words = words,
            Environment = PlainEnglish,
            Grace = TimeSpan.FromSeconds(1),
        };
        var end = await CommandOutput.RunAsync(command, Most, cancellationToken).ConfigureAwait(false);
        return end.ExitCode == 0
            ? end.Output
            : throw new AptException($"{words[0]} ended with exit code {end.ExitCode}: {ForeignText.OneLine(end.Errors, 300)}");
    }

    /// <summary>What can't be asked is unknown; it is no fault of the packages.</summary>
    public static ProbeVerdict? Explain(Exception error) =>
        error switch
        {
            AptException apt => ProbeVerdict.Unknown("Failed", $"{apt.Message.TrimEnd('.')}. Run it by hand."),
            CommandStartException start => ProbeVerdict.Unknown("NotStarted", $"{ForeignText.OneLine(start.Message)} {start.Advice}"),
            _ => null,
        };
}

/// <summary>A package tool failed: its lock is held, its lists are broken, dpkg was interrupted.</summary>
internal sealed class AptException(string message) : Exception(message);
