using System.Collections.Concurrent;

namespace OpsRestart.Adapters.Supervisor;

/// <summary>What supervisord says of its programs: all at once, or one by its name.</summary>
internal sealed class ProgramLooks
{
    private readonly SupervisorLink _link;
    private readonly bool _isHere;
    private readonly RunningConfiguration _configuration;
    private readonly SharedLook<(List<ProgramInfo>, IReadOnlyDictionary<string, ProgramSettings>?)> _states;
    private readonly SharedLook<(List<ProgramInfo>, IReadOnlyDictionary<string, ProgramSettings>?)> _details;
    private readonly ConcurrentDictionary<string, int> _groups = new(StringComparer.Ordinal);

    /// <param name="link">The way to it.</param>
    /// <param name="isHere">Its files are those of this machine.</param>
    public ProgramLooks(SupervisorLink link, bool isHere)
    {
        (_link, _isHere) = (link, isHere);
        _configuration = new RunningConfiguration(link);
        _states = new(() => LookAsync(withSettings: false));
        _details = new(() => LookAsync(withSettings: true));
    }

    /// <summary>All programs; who asks while another waits for the same answer gets that one.</summary>
    public Task<(List<ProgramInfo> Programs, IReadOnlyDictionary<string, ProgramSettings>? Settings)> LookAsync(
        bool withSettings,
        CancellationToken cancellationToken
    ) => (withSettings ? _details : _states).AskAsync(cancellationToken);

    public async Task<IReadOnlyList<ProgramInfo>> AllAsync(CancellationToken cancellationToken) =>
        (await LookAsync(withSettings: false, cancellationToken).ConfigureAwait(false)).Programs;

    /// <summary>The one program that is meant.</summary>
    public async Task<ProgramInfo> FindAsync(string name, CancellationToken cancellationToken)
    {
        var all = await AllAsync(cancellationToken).ConfigureAwait(false);
        var exact = all.Where(p => p.Display == name || p.Id == name).ToList();
        var found = exact.Count > 0 ? exact : [.. all.Where(p => ProgramInfo.IsNamed(p.Id, name))];
        foreach (var program in found)
        {
            Remember(program);
        }

        return found switch
        {
            [var only] => only,
            [] => throw SupervisorException.Unknown(name, [.. all.Select(static p => p.Display)]),
            _ => throw new SupervisorException(
                OpsError.InvalidArgument,
                $"'{name}' is {found.Count} programs: {NearestName.Some([.. found.Select(static p => p.Display)])}.",
                name,
                "Name one of them."
            ),
        };
    }

    public async Task<ProgramInfo> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var id = (await FindAsync(name, cancellationToken).ConfigureAwait(false)).Id;
        try
        {
            var program = ProgramInfo.Of(await _link.CallAsync("getProcessInfo", cancellationToken, id).ConfigureAwait(false));
            Remember(program);
            return program;
        }
        catch (SupervisorFault fault)
        {
            throw SupervisorException.Refused(fault, $"read {name}", name);
        }
    }

    /// <summary>What outlives the first process of a program still has its process group, which then nobody tells any more.</summary>
    public void Remember(ProgramInfo program)
    {
        if (program.Pid > 0)
        {
            _groups[program.Id] = program.Pid;
        }
    }

    /// <summary>The process group that a program was last seen with; 0: never seen.</summary>
    public int GroupOf(string id) => _groups.GetValueOrDefault(id);

    private async Task<(List<ProgramInfo> Programs, IReadOnlyDictionary<string, ProgramSettings>? Settings)> LookAsync(bool withSettings)
    {
        (string, object[])[] calls = withSettings
            ? [("getAllProcessInfo", []), ("getAllConfigInfo", []), ("getPID", [])]
            : [("getAllProcessInfo", [])];
        var answers = await _link.CallAllAsync(calls, CancellationToken.None).ConfigureAwait(false);
        var programs = List(answers[0], ProgramInfo.Of);
        if (!withSettings)
        {
            return (programs, null);
        }

        var sections = _isHere && answers[2] is int pid ? _configuration.Sections(pid) : new Dictionary<string, ProgramSection>();
        var settings = List(answers[1], ProgramSettings.Of)
            .OfType<ProgramSettings>()
            .DistinctBy(static s => s.Id)
            .ToDictionary(static s => s.Id, s => s.With(sections.GetValueOrDefault(s.Id)), StringComparer.Ordinal);
        return (programs, settings);
    }

    internal static List<T> List<T>(object answer, Func<object, T> read)
    {
        try
        {
            return answer is List<object> items
                ? items.ConvertAll(i => read(i))
                : throw new FormatException(answer is SupervisorFault fault ? fault.Message : "it gives no list");
        }
        catch (FormatException e)
        {
            throw new SupervisorException(OpsError.ProtocolError, $"This is no supervisord: {e.Message}.", inner: e);
        }
    }
}
