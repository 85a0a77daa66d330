using OpsRestart.Adapters.Queues;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

/// <summary>The command <c>celery worker</c> on tests/stacks/celery-load, for a process of a test's and for a unit file.</summary>
internal static class CeleryProgram
{
    public const string Path = "/usr/bin/celery";

    public static string Application => global::System.IO.Path.Combine(TestHost.Repository, "tests/stacks/celery-load");

    public static string NodeName(string name) => $"{name}@{WorkerNames.HostName}";

    public static IReadOnlyList<string> WorkerArguments(string name, string logs, IEnumerable<string> more) =>
        [
            "--workdir",
            Application,
            "-A",
            "load",
            "worker",
            "-n",
            NodeName(name),
            "--loglevel",
            "INFO",
            "--logfile",
            global::System.IO.Path.Combine(logs, name + ".log"),
            .. more,
        ];

    public static string CommandLine(IReadOnlyList<string> arguments) => $"{Path} {string.Join(' ', arguments)}";

    /// <summary>One line of a unit file; values may hold double quotes.</summary>
    public static string EnvironmentLine(IReadOnlyDictionary<string, string> environment) =>
        "Environment=" + string.Join(' ', environment.Select(static e => $"'{e.Key}={e.Value}'"));
}
