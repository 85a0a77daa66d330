using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.Supervisor;

/// <summary>
/// supervisord, by its XML-RPC interface (supervisord.org/api.html). It has no jobs: a start or stop is asked for, and then the program is
/// looked at until it is there.
/// </summary>
internal sealed class SupervisorManager : IServiceManager
{
    /// <summary>
    /// Those that were named, and up to so many that a pattern found, have their settings too: supervisord takes twice as long for them as
    /// for all states.
    /// </summary>
    private const int FewPrograms = 64;

    private const string NotSeenYet = "";
    private const int LogTail = 16 * 1024;

    // How long a watch goes on without supervisord, which may be restarting.
    private static readonly TimeSpan ReconnectTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ReconnectEvery = TimeSpan.FromMilliseconds(100);
    private readonly SupervisorLink _link;
    private readonly ProgramPoll _poll;
    private readonly ProgramMapper _mapper;
    private readonly ProgramLooks _looks;
    private readonly TimeProvider _time;

    // A socket or a port of this machine may be a container's, whose pids are others here.
    private readonly bool _isHere;
    private readonly ConcurrentDictionary<string, string> _startedHere = new(StringComparer.Ordinal);

    // Programs that supervisord had to kill when it stopped them for us.
    private readonly ConcurrentDictionary<string, bool> _killed = new(StringComparer.Ordinal);

    private SupervisorManager(SupervisorLink link, bool isGiven, bool isHere, TimeProvider time)
    {
        (_link, _isHere, _time) = (link, isHere, time);
        _poll = new ProgramPoll(link, time);
        _mapper = new ProgramMapper(link.Address, isGiven, time);
        _looks = new ProgramLooks(link, isHere);
    }

    public ServiceManagerKind Kind => ServiceManagerKind.Supervisor;

    /// <summary>Without user and password.</summary>
    public string Address => _link.Address.ToString();

    /// <summary>Connects and asks for one value, so that whatever is wrong shows here.</summary>
    /// <param name="address">Null: where this machine's supervisord is configured to listen. Otherwise <c>unix:///path</c> or
    /// <c>http://user:password@host:port</c>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SupervisorException">ManagerUnavailable, ConnectionFailed, AccessDenied, AuthenticationFailed, ProtocolError,
    /// InvalidArgument.</exception>
    public static async Task<SupervisorManager> ConnectAsync(string? address, TimeProvider time, CancellationToken cancellationToken)
    {
        var link = new SupervisorLink(SupervisorAddress.Find(address), time);
        try
        {
            await link.CallAsync("getState", cancellationToken).ConfigureAwait(false);
            var pid = await link.CallAsync("getPID", cancellationToken).ConfigureAwait(false);
            return new SupervisorManager(link, address is not null, link.Address.IsLocal && IsSupervisord(pid), time);
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    public async Task<IReadOnlyList<ManagedService>> GetServicesAsync(ServiceQuery query, CancellationToken cancellationToken)
    {
        var names = NameMatch.Expand(query.Names).ToList();
        var isNamed = names.Exists(static n => !NameMatch.IsPattern(n));
        var (all, settings) = await _looks.LookAsync(query.Detailed && isNamed, cancellationToken).ConfigureAwait(false);
        var found = Meant(all);
        if (query.Detailed && !isNamed && found.Count <= FewPrograms)
        {
            (all, settings) = await _looks.LookAsync(withSettings: true, cancellationToken).ConfigureAwait(false);
            found = Meant(all);
        }

        return
        [
            .. found.Select(p => Map(p, settings?.GetValueOrDefault(p.Id))),
            .. names.Where(n => !NameMatch.IsPattern(n) && !all.Any(p => ProgramInfo.IsNamed(p.Id, n))).Distinct().Select(_mapper.NotFound),
        ];

        List<ProgramInfo> Meant(List<ProgramInfo> programs) =>
            names.Count == 0 ? programs : [.. programs.Where(p => names.Any(n => ProgramInfo.IsNamed(p.Id, n)))];
    }

    public async Task<ServiceJobResult> StartAsync(string name, CancellationToken cancellationToken)
    {
        var before = await _looks.FindAsync(name, cancellationToken).ConfigureAwait(false);
        var id = before.Id;
        if (before.State == ProgramState.Stopping)
        {
            // A start meanwhile is taken, and forgotten.
            await UntilDownAsync(id, name, ServiceJobStatus.Done, cancellationToken).ConfigureAwait(false);
        }

        var unchanged = false;
        _killed.TryRemove(id, out _);
        try
        {
            await _link.CallAsync("startProcess", cancellationToken, id, false).ConfigureAwait(false);
            _startedHere[id] = NotSeenYet;
        }
        catch (SupervisorFault fault) when (fault.Code == SupervisorFault.AlreadyStarted)
        {
            unchanged = true;
        }
        catch (SupervisorFault fault)
            when (fault.Code
                    is SupervisorFault.NoFile
                        or SupervisorFault.NotExecutable
                        or SupervisorFault.Failed
                        or SupervisorFault.AbnormalTermination
                        or SupervisorFault.SpawnError
            )
        {
            // The fault names its kind, the program its reason.
            var program = await _looks.ReadAsync(name, cancellationToken).ConfigureAwait(false);
            return new ServiceJobResult(name, ServiceJobStatus.Failed, $"{ForeignText.OneLine(fault.Message)} {Why(program)}");
        }
        catch (SupervisorFault fault)
        {
            throw SupervisorException.Refused(fault, $"start {name}", name);
        }

        return await UntilAsync(id, name, Judge, cancellationToken).ConfigureAwait(false);

        ServiceJobResult? Judge(ProgramInfo now)
        {
            switch (now.State)
            {
                case ProgramState.Running when unchanged:
                    return new ServiceJobResult(name, ServiceJobStatus.Unchanged, now.Word);
                case ProgramState.Running:
                    _startedHere[id] = now.InvocationId!;
                    return new ServiceJobResult(name, ServiceJobStatus.Done, now.Word);
                case ProgramState.Exited when now.ExitStatus == 0:
                    return new ServiceJobResult(name, ServiceJobStatus.Done, now.Word);
                case ProgramState.Backoff or ProgramState.Fatal or ProgramState.Exited or ProgramState.Stopped:
                    return new ServiceJobResult(name, ServiceJobStatus.Failed, Why(now));
                default:
                    return null;
            }
        }
    }

    public async Task<ServiceJobResult> StopAsync(string name, CancellationToken cancellationToken)
    {
        var id = (await _looks.FindAsync(name, cancellationToken).ConfigureAwait(false)).Id;
        var unchanged = false;
        try
        {
            await _link.CallAsync("stopProcess", cancellationToken, id, false).ConfigureAwait(false);
        }
        catch (SupervisorFault fault) when (fault.Code == SupervisorFault.NotRunning)
        {
            unchanged = true;
        }
        catch (SupervisorFault fault)
        {
            throw SupervisorException.Refused(fault, $"stop {name}", name);
        }

        if (unchanged && await IsToStartAsync(id, cancellationToken).ConfigureAwait(false))
        {
            // It would come up behind our back.
            await foreach (var round in _poll.FollowAsync([id], cancellationToken).ConfigureAwait(false))
            {
                if ((round[id] ?? throw SupervisorException.Unknown(name)).Start is not null)
                {
                    break;
                }
            }

            return await StopAsync(name, cancellationToken).ConfigureAwait(false);
        }

        // Not running is also what it calls a program that is stopping already.
        var status = unchanged ? ServiceJobStatus.Unchanged : ServiceJobStatus.Done;
        var end = await UntilDownAsync(id, name, status, cancellationToken).ConfigureAwait(false);
        if (await WasKilledAsync(id, cancellationToken).ConfigureAwait(false))
        {
            _killed[id] = true;
        }

        return end;
    }

    public async Task<ServiceJobResult> RestartAsync(string name, CancellationToken cancellationToken)
    {
        await StopAsync(name, cancellationToken).ConfigureAwait(false);
        return await StartAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// To each of its processes: supervisord itself would reach the first one only, or its group. On another machine supervisord is asked,
    /// and it is the first one.
    /// </summary>
    public async Task KillAsync(string name, int signal, CancellationToken cancellationToken)
    {
        var program = await _looks.ReadAsync(name, cancellationToken).ConfigureAwait(false);
        if (_isHere)
        {
            foreach (var process in Processes(program))
            {
                Signals.Send(process.Pid, signal);
            }

            return;
        }

        try
        {
            await _link
                .CallAsync("signalProcess", cancellationToken, program.Id, signal.ToString(CultureInfo.InvariantCulture))
                .ConfigureAwait(false);
        }
        catch (SupervisorFault fault) when (fault.Code == SupervisorFault.NotRunning)
        {
            // Then there is nobody to signal.
        }
        catch (SupervisorFault fault)
        {
            throw SupervisorException.Refused(fault, $"send signal {signal} to {name}", name);
        }
    }

    /// <summary>
    /// A program that restarts in vain is stopped. FATAL and EXITED hinder no start, and supervisord has no call to clear them but that.
    /// </summary>
    public async Task ResetFailedAsync(string name, CancellationToken cancellationToken)
    {
        var program = await _looks.ReadAsync(name, cancellationToken).ConfigureAwait(false);
        if (program.State == ProgramState.Backoff)
        {
            await StopAsync(name, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task EnableAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        throw SupervisorException.NoBoot("enabled", names, "true");

    public Task DisableAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        throw SupervisorException.NoBoot("disabled", names, "false");

    public Task<ServiceManagerUpdate> UpdateAsync(CancellationToken cancellationToken) =>
        new ProgramReload(_link, _poll).RunAsync(cancellationToken);

    public async Task<IReadOnlyList<ServiceProcess>> GetProcessesAsync(string name, CancellationToken cancellationToken)
    {
        var program = await _looks.ReadAsync(name, cancellationToken).ConfigureAwait(false);
        return _isHere ? [.. Processes(program).Select(static p => new ServiceProcess(p.Pid, Command(p)))]
            : program.Pid > 0 ? [new ServiceProcess(program.Pid, program.Display)]
            : [];
    }

    public async IAsyncEnumerable<ManagedService> WatchAsync(
        IReadOnlyList<string> names,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var ids = new List<string>();
        foreach (var name in NameMatch.Expand(names))
        {
            ids.Add((await _looks.FindAsync(name, cancellationToken).ConfigureAwait(false)).Id);
        }

        var last = new Dictionary<string, ManagedService>(StringComparer.Ordinal);
        var lostAt = default(long?);
        while (true)
        {
            var rounds = _poll.FollowAsync(ids, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (rounds.ConfigureAwait(false))
            {
                while (await NextAsync(rounds).ConfigureAwait(false))
                {
                    lostAt = null;
                    foreach (var now in ids.Select(id => rounds.Current[id] is { } p ? Map(p, null) : _mapper.NotFound(id)))
                    {
                        if (!last.TryGetValue(now.Id, out var before) || before with { SampledAt = now.SampledAt } != now)
                        {
                            last[now.Id] = now;
                            yield return now;
                        }
                    }
                }
            }

            await Task.Delay(ReconnectEvery, _time, cancellationToken).ConfigureAwait(false);
        }

        async Task<bool> NextAsync(IAsyncEnumerator<IReadOnlyDictionary<string, ProgramInfo?>> rounds)
        {
            try
            {
                return await rounds.MoveNextAsync().ConfigureAwait(false);
            }
            catch (SupervisorException e)
                when (e.Error is OpsError.ConnectionFailed or OpsError.ManagerUnavailable
                    && _time.GetElapsedTime(lostAt ??= _time.GetTimestamp()) < ReconnectTime
                )
            {
                return false;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _link.Dispose();
        return ValueTask.CompletedTask;
    }

    private IReadOnlyList<ProcessEntry> Processes(ProgramInfo program) =>
        ProgramProcesses.Find(program, _looks.GroupOf(program.Id), _link.Address.Socket is null ? null : _link.Address.ToString());

    private static bool IsSupervisord(object pid) =>
        pid is int number && ProcessEntry.CommandOf(number).Any(static w => w.Contains("supervisord", StringComparison.Ordinal));

    private static string Command(ProcessEntry process) =>
        ProcessEntry.CommandOf(process.Pid) is { Count: > 0 } command ? string.Join(' ', command) : process.Name;

    /// <summary>Looks at a program until it is what is waited for.</summary>
    private async Task<ServiceJobResult> UntilAsync(
        string id,
        string name,
        Func<ProgramInfo, ServiceJobResult?> judge,
        CancellationToken cancellationToken
    )
    {
        await foreach (var round in _poll.FollowAsync([id], cancellationToken).ConfigureAwait(false))
        {
            if (judge(round[id] ?? throw SupervisorException.Unknown(name)) is { } end)
            {
                return end;
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>supervisord has just come up, and will start it within a second.</summary>
    private async Task<bool> IsToStartAsync(string id, CancellationToken cancellationToken)
    {
        var (programs, settings) = await _looks.LookAsync(withSettings: true, cancellationToken).ConfigureAwait(false);
        return programs.Find(p => p.Id == id) is { } program && program.IsToStart(settings?.GetValueOrDefault(id));
    }

    private Task<ServiceJobResult> UntilDownAsync(string id, string name, ServiceJobStatus status, CancellationToken cancellationToken) =>
        UntilAsync(id, name, now => now.IsDown ? new ServiceJobResult(name, status, now.Word) : null, cancellationToken);

    /// <summary>
    /// Whether stopwaitsecs was over: supervisord tells it in its own log alone (process.py, transition). Where it has none, or it can't be
    /// read, it is not known.
    /// </summary>
    private async Task<bool> WasKilledAsync(string id, CancellationToken cancellationToken)
    {
        if (_looks.GroupOf(id) is not (> 1 and var pid))
        {
            return false;
        }

        try
        {
            return await _link.CallAsync("readLog", cancellationToken, -LogTail, 0).ConfigureAwait(false) is string log
                && log.Contains(string.Create(CultureInfo.InvariantCulture, $"({pid}) with SIGKILL"), StringComparison.Ordinal);
        }
        catch (SupervisorFault)
        {
            return false;
        }
    }

    private ManagedService Map(ProgramInfo program, ProgramSettings? settings)
    {
        _looks.Remember(program);
        var isOurs = false;
        if (program.InvocationId is { } invocation)
        {
            // Whoever waited for the start may have gone before he saw it.
            _startedHere.TryUpdate(program.Id, invocation, NotSeenYet);
            isOurs = _startedHere.GetValueOrDefault(program.Id) == invocation;
        }

        var service = _mapper.Map(program, settings, isOurs);
        return program.State == ProgramState.Stopped && _killed.ContainsKey(program.Id) ? service with { Result = "timeout" } : service;
    }

    private static string Why(ProgramInfo program) =>
        program.SpawnError.Length > 0 ? $"{program.Word}: {ForeignText.OneLine(program.SpawnError)}" : program.Word;
}
