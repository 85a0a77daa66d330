using System.CommandLine;
using OpsRestart.Core.Planning;

namespace OpsRestart.Cli.Commands;

/// <summary>Options that say which nodes of a graph are meant.</summary>
/// <param name="related">What is related to a named node is meant too.</param>
internal sealed class PartOptions(bool related = true)
{
    private readonly Option<string[]> _names = Several(
        "--name",
        "node",
        "Only these nodes (wildcards allowed)."
            + (related ? " A stop or restart includes their dependents, a start their dependencies." : ""),
        "-n"
    );
    private readonly Option<string[]> _roles = Several(
        "--role",
        "role",
        "Only nodes of these roles (wildcards allowed), and of those that --name gives"
            + (related ? "; related nodes as with --name." : ".")
    );
    private readonly Option<string[]> _exclude = Several(
        "--exclude",
        "node",
        "Leave these nodes alone (wildcards allowed), whatever else says otherwise."
    );

    public void AddTo(Command command)
    {
        command.Options.Add(_names);
        command.Options.Add(_roles);
        command.Options.Add(_exclude);
    }

    public NodePart Of(ParseResult parsed) =>
        new()
        {
            Names = parsed.GetValue(_names) ?? [],
            Roles = parsed.GetValue(_roles) ?? [],
            Exclude = parsed.GetValue(_exclude) ?? [],
        };

    private static Option<string[]> Several(string name, string value, string description, params string[] aliases) =>
        new(name, aliases)
        {
            Description = description,
            HelpName = value,
            AllowMultipleArgumentsPerToken = true,
        };
}
