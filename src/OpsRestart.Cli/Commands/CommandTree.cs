using System.CommandLine;
using System.CommandLine.Help;
using OpsRestart.Adapters.Composition;
using OpsRestart.Cli.Output;

namespace OpsRestart.Cli.Commands;

/// <summary>All commands, and how a command line becomes an exit code.</summary>
internal static class CommandTree
{
    /// <summary>
    /// For shells: <c>opsrestart complete restart na</c> prints what the last word can become. docs/completion has what a shell needs for
    /// it.
    /// </summary>
    public const string CompleteWord = "complete";

    public static async Task<int> RunAsync(string[] args, Terminal terminal, Func<OpsSession>? newSession = null)
    {
        var root = Build(new CommandContext(terminal, newSession ?? (static () => new OpsSession())));
        if (args is [CompleteWord, .. var words])
        {
            WriteCompletions(root, words, terminal);
            return ExitCode.Done;
        }

        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            WriteUsage(parsed, terminal);
            return ExitCode.Usage;
        }

        // The commands listen to Ctrl-C themselves: the library's own handler would end the process in the middle of the rollback.
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        var code = await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        return args.Length == 0 ? ExitCode.Usage : code;
    }

    private static void WriteCompletions(Command root, string[] words, Terminal terminal)
    {
        var line = string.Join(' ', words);
        foreach (var item in root.Parse(line).GetCompletions(line.Length).Select(static c => c.Label).Distinct())
        {
            terminal.Out.WriteLine(item);
        }
    }

    private static void WriteUsage(ParseResult parsed, Terminal terminal)
    {
        foreach (var error in parsed.Errors)
        {
            terminal.Error.WriteLine($"opsrestart: {error.Message}");
        }

        terminal.Error.WriteLine($"Try '{string.Join(' ', Path(parsed.CommandResult.Command).Append("--help"))}'.");
    }

    // A plain command instead of the library's RootCommand: that one calls itself by the assembly's name.
    internal static Command Build(CommandContext context) =>
        new("opsrestart", "Restart anything that has dependencies, and lose no job doing it.")
        {
            new StatusCommand(context),
            new PlanCommand(context),
            new CheckCommand(context),
            new OperationCommand(GraphOperation.Start, "Start what is not running, in order, each behind its probes.", context),
            new OperationCommand(GraphOperation.Stop, "Drain background work, then stop everything in order.", context),
            new OperationCommand(
                GraphOperation.Restart,
                "Drain background work, stop in order, start in order behind the probes, and roll back when something fails.",
                context
            ),
            new DrainCommand(context),
            new ResumeCommand(context),
            new HelpOption("--help", "-h") { Recursive = true },
            new VersionOption(),
        };

    private static IEnumerable<string> Path(Command command) =>
        [.. command.Parents.OfType<Command>().Take(1).SelectMany(Path), command.Name];
}
