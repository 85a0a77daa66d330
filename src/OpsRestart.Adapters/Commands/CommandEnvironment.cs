namespace OpsRestart.Adapters.Commands;

/// <summary>
/// What a command finds in its environment: the caller's PATH, language and time zone, its own user's HOME, USER, LOGNAME and SHELL, and
/// what the graph gives. Nothing else: a secret of the caller's is not for a hook that runs as another user.
/// </summary>
internal static class CommandEnvironment
{
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static readonly string[] OfCaller = ["LANG", "LC_ALL", "LC_CTYPE", "TZ"];

    public static Dictionary<string, string> Of(Command command, UserAccount account, bool isOther, CommandMark mark)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : DefaultPath,
            ["HOME"] = account.Home,
            ["USER"] = account.Name,
            ["LOGNAME"] = account.Name,
            ["SHELL"] = account.Shell,
        };
        foreach (var name in isOther ? OfCaller : [.. OfCaller, "XDG_RUNTIME_DIR"])
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            {
                environment[name] = value;
            }
        }

        foreach (var (name, value) in command.Environment)
        {
            environment[name] = value;
        }

        environment[CommandMark.Variable] = mark.Value;
        return environment;
    }
}
