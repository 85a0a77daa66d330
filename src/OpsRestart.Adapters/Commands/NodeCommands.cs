namespace OpsRestart.Adapters.Commands;

/// <summary>A node's commands as they are run.</summary>
internal static class NodeCommands
{
    /// <exception cref="OpsRestartException">InvalidArgument: a secret of the environment can't be read.</exception>
    public static Command Of(ServiceCommands commands, IReadOnlyList<string> words, TimeSpan grace) =>
        new()
        {
            Words = words,
            User = commands.User,
            WorkingDirectory = commands.WorkingDirectory,
            Environment = commands.Environment.ToDictionary(
                static v => v.Key,
                static v => Secrets.Resolve(v.Value),
                StringComparer.Ordinal
            ),
            Grace = grace,
        };

    /// <summary>Each command that there is, by its key in a graph.</summary>
    public static IEnumerable<(string Key, IReadOnlyList<string> Words)> All(ServiceCommands commands) =>
        new (string Key, IReadOnlyList<string> Words)[]
        {
            ("start", commands.Start),
            ("stop", commands.Stop),
            ("status", commands.Status),
            ("restart", commands.Restart),
        }.Where(static c => c.Words.Count > 0);
}
