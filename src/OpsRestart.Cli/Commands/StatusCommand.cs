using System.CommandLine;
using System.CommandLine.Parsing;
using OpsRestart.Adapters.Composition;
using OpsRestart.Cli.Output;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Reports;
using OpsRestart.Core.Services;

namespace OpsRestart.Cli.Commands;

/// <summary>The services of a graph as they are, each with its probes checked once.</summary>
internal sealed class StatusCommand : GraphCommand
{
    private readonly Option<StatusFormat?> _format = OptionOf.Word<StatusFormat>(
        "--format",
        "text, json (as --json), or nagios: one line for monitoring, and exit code 0, 1, 2 or 3. Default: text."
    );

    private readonly Option<string?> _stateFile = new("--state-file")
    {
        Description = "Also write the result into this file, for monitoring that polls; with --max-age, read it instead of checking.",
        HelpName = "path",
    };

    private readonly Option<TimeSpan?> _maxAge = OptionOf.Time(
        "--max-age",
        "Check nothing: tell what the state file says, or UNKNOWN when it is older than this."
    );

    private readonly PartOptions _part = new(related: false);

    public StatusCommand(CommandContext context)
        : base("status", "Show the services of a graph and check their probes once. Exit code 0: all run and are healthy.", context)
    {
        _part.AddTo(this);
        Options.Add(_format);
        Options.Add(_stateFile);
        Options.Add(_maxAge);
        Validators.Add(Validate);
        SetAction((parsed, cancellation) => IsNagios(parsed) ? NagiosAsync(parsed, cancellation) : ShowAsync(parsed, cancellation));
    }

    private void Validate(CommandResult result)
    {
        if (result.GetResult(_format) is not null && HasJson(result))
        {
            result.AddError("--json and --format can't both be given.");
        }

        if (result.GetResult(_maxAge) is not null && result.GetResult(_stateFile) is null)
        {
            result.AddError("--max-age needs the file that it is about: --state-file PATH.");
        }
    }

    /// <summary>What a state file says is in the words of monitoring.</summary>
    private bool IsNagios(ParseResult parsed) => parsed.GetValue(_format) == StatusFormat.Nagios || parsed.GetValue(_maxAge) is not null;

    private Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var json = Json(parsed) || parsed.GetValue(_format) == StatusFormat.Json;
        return Context.RunAsync(
            json,
            async session =>
            {
                var status = await ReadAsync(session, Graph(parsed), _part.Of(parsed), cancellationToken).ConfigureAwait(false);
                StatusReport.Write(status.Lines(IsTold), status.Own, json, Context.Terminal);
                Save(parsed, status.ToNagios(session.Time));
                return status.Results.All(static r => r.IsGood) ? ExitCode.Done : ExitCode.Failed;
            }
        );
    }

    /// <summary>Whatever happens is one line and a code that monitoring knows; why nothing could be found out is unknown.</summary>
    private async Task<int> NagiosAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var result = await TellAsync(parsed, cancellationToken).ConfigureAwait(false);
        await Context.Terminal.Out.WriteLineAsync(result.Line).ConfigureAwait(false);
        return result.ExitCode;
    }

    private async Task<NagiosResult> TellAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var session = Context.NewSession();
        await using (session.ConfigureAwait(false))
        {
            try
            {
                if (parsed.GetValue(_maxAge) is { } maxAge)
                {
                    return NagiosFile.Read(parsed.GetValue(_stateFile)!, maxAge, session.Time);
                }

                var status = await ReadAsync(session, Graph(parsed), _part.Of(parsed), cancellationToken).ConfigureAwait(false);
                var result = status.ToNagios(session.Time);
                Save(parsed, result);
                return result;
            }
            catch (OpsRestartException e)
            {
                return Unknown(session, $"{e.Message} {NextSteps.After(e.Error, e.Advice)}".TrimEnd());
            }
            catch (OperationCanceledException)
            {
                return Unknown(session, "Cancelled before everything was checked.");
            }
            catch (Exception e)
            {
                return Unknown(session, $"{e.GetType().Name}: {e.Message}");
            }
        }
    }

    private static NagiosResult Unknown(OpsSession session, string why) =>
        NagiosReport.Of(NagiosReport.Unknown, SecretText.Redact(why), session.Time.GetUtcNow().UtcDateTime);

    private void Save(ParseResult parsed, NagiosResult result)
    {
        if (parsed.GetValue(_stateFile) is { } path)
        {
            NagiosFile.Write(Path.GetFullPath(path), result);
        }
    }

    private static async Task<GraphStatus> ReadAsync(OpsSession session, string name, NodePart part, CancellationToken cancellationToken)
    {
        var whole = await session.ExpandIfKnownAsync(session.LoadGraph(name), cancellationToken).ConfigureAwait(false);
        var graph = HealthChecks.PartOf(whole, part);
        var reading = ReadAsync(session, graph, cancellationToken);
        var results = await session.CheckAsync(HealthChecks.Of(graph), cancellationToken).ConfigureAwait(false);
        return new GraphStatus(graph, results, await reading.ConfigureAwait(false));
    }

    // That a service runs is in its state already.
    private static bool IsTold(ProbeResult result) => result.Probe != ProbeDefinition.ServiceKind || !result.IsGood;

    private static async Task<IReadOnlyDictionary<string, ManagedService>> ReadAsync(
        OpsSession session,
        ServiceGraph graph,
        CancellationToken cancellationToken
    )
    {
        var groups = graph.Nodes.GroupBy(ManagerTarget.Of).Select(group => ReadGroupAsync(session, [.. group], cancellationToken));
        return (await Task.WhenAll(groups).ConfigureAwait(false))
            .SelectMany(static g => g)
            .ToDictionary(static p => p.Node, static p => p.Service, StringComparer.Ordinal);
    }

    /// <summary>One host that can't be reached must not hide the others: its services are unknown, and their checks say why.</summary>
    private static async Task<IReadOnlyList<(string Node, ManagedService Service)>> ReadGroupAsync(
        OpsSession session,
        IReadOnlyList<ServiceNode> nodes,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var manager = await session.Services.GetManagerAsync(nodes[0], cancellationToken).ConfigureAwait(false);
            return await Task.WhenAll(nodes.Select(node => ReadAsync(manager, node, cancellationToken))).ConfigureAwait(false);
        }
        catch (OpsRestartException)
        {
            return [.. nodes.Select(static n => (n.Name, Unread(n)))];
        }
    }

    private static async Task<(string Node, ManagedService Service)> ReadAsync(
        IServiceManager manager,
        ServiceNode node,
        CancellationToken cancellationToken
    ) => (node.Name, await manager.ReadAsync(node.Service, cancellationToken).ConfigureAwait(false));

    private static ManagedService Unread(ServiceNode node) =>
        new()
        {
            Name = node.Service,
            Id = node.Service,
            Manager = node.Manager,
            HostName = node.HostName ?? "localhost",
            State = ServiceState.Unknown,
        };
}
