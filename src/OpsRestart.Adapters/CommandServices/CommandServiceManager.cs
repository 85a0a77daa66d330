using System.Runtime.CompilerServices;
using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.CommandServices;

/// <summary>
/// A service that is started, stopped and asked for by commands of its graph's. <c>status</c> is read as the LSB has it (Linux Standard
/// Base Core, "Init Script Actions"): 0 it runs, 3 it does not, 1 and 2 it is dead and has left a file behind; every other exit code says
/// nothing. A start or stop is done when its command has ended with 0 and <c>status</c>, where there is one, says so.
/// </summary>
internal sealed class CommandServiceManager(string name, ServiceCommands commands, CommandServiceLog log, TimeProvider time)
    : IServiceManager
{
    // From SIGTERM until SIGKILL for a command whose time is over.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);

    // A file that a crash has left behind makes it look dead until the new process has written its own.
    private static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(3);
    private readonly Lock _gate = new();
    private CancellationTokenSource? _kill;
    private CommandMark? _running;

    // What the last command of this process did to a service that nobody can ask for its state; null: nothing that is known.
    private ServiceState? _made;

    public ServiceManagerKind Kind => ServiceManagerKind.Command;

    private bool CanTell => commands.Status.Count > 0;

    public async Task<IReadOnlyList<ManagedService>> GetServicesAsync(ServiceQuery query, CancellationToken cancellationToken)
    {
        var names = NameMatch.Expand(query.Names).ToList();
        var others = names.Where(n => !NameMatch.IsPattern(n) && n != name).Distinct().Select(NotFound);
        return names.Count == 0 || names.Any(n => NameMatch.Matches(name, n))
            ? [await LookAsync(cancellationToken).ConfigureAwait(false), .. others]
            : [.. others];
    }

    public Task<ServiceJobResult> StartAsync(string name, CancellationToken cancellationToken) =>
        DoAsync("start", commands.Start, ServiceState.Running, cancellationToken);

    public Task<ServiceJobResult> StopAsync(string name, CancellationToken cancellationToken) =>
        DoAsync("stop", commands.Stop, ServiceState.Stopped, cancellationToken);

    public async Task<ServiceJobResult> RestartAsync(string name, CancellationToken cancellationToken)
    {
        if (commands.Restart.Count > 0)
        {
            return await DoAsync("restart", commands.Restart, ServiceState.Running, cancellationToken).ConfigureAwait(false);
        }

        var stopped = await StopAsync(name, cancellationToken).ConfigureAwait(false);
        return stopped.Succeeded ? await StartAsync(name, cancellationToken).ConfigureAwait(false) : stopped;
    }

    /// <summary>
    /// The command that is under way is ended, with all that descends from it. The service's own processes are known to its commands alone.
    /// </summary>
    public async Task KillAsync(string name, int signal, CancellationToken cancellationToken)
    {
        CancellationTokenSource? running;
        lock (_gate)
        {
            running = _kill;
        }

        await (running?.CancelAsync() ?? Task.CompletedTask).ConfigureAwait(false);
    }

    public Task ResetFailedAsync(string name, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task EnableAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) => throw NoBoot();

    public Task DisableAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) => throw NoBoot();

    public Task<ServiceManagerUpdate> UpdateAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ServiceManagerUpdate { Manager = Kind });

    /// <summary>Those of the command that is under way.</summary>
    public Task<IReadOnlyList<ServiceProcess>> GetProcessesAsync(string name, CancellationToken cancellationToken)
    {
        CommandMark? running;
        lock (_gate)
        {
            running = _running;
        }

        return Task.FromResult<IReadOnlyList<ServiceProcess>>([
            .. (running?.Find(null) ?? []).Select(static p => new ServiceProcess(p.Pid, p.Name)),
        ]);
    }

    public async IAsyncEnumerable<ManagedService> WatchAsync(
        IReadOnlyList<string> names,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ManagedService? last = null;
        while (true)
        {
            var now = await LookAsync(cancellationToken).ConfigureAwait(false);
            if (last is null || last with { SampledAt = now.SampledAt } != now)
            {
                last = now;
                yield return now;
            }

            await Task.Delay(WatchEvery, time, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs a command, and waits until the service is what that makes it.</summary>
    private async Task<ServiceJobResult> DoAsync(
        string what,
        IReadOnlyList<string> words,
        ServiceState wanted,
        CancellationToken cancellationToken
    )
    {
        using var kill = new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(kill.Token, cancellationToken);
        var command = CommandOf(words) with { Starts = wanted == ServiceState.Running };
        lock (_gate)
        {
            (_kill, _running) = (kill, command.Mark);
        }

        // Until it is known to have succeeded: a start that failed has brought nothing up, and of a stop that failed nothing is known.
        _made = wanted == ServiceState.Running ? ServiceState.Failed : null;
        try
        {
            var lines = new CommandLines(line => log.Add(name, what, line));
            var end = await CommandRun.RunAsync(command, lines.ReadAsync, lines.ReadAsync, linked.Token).ConfigureAwait(false);
            if (end.ExitCode != 0)
            {
                var last = lines.Last.Count > 0 ? $": {ForeignText.OneLine(lines.Last[^1])}" : "";
                return Failed($"'{what}' ended with exit code {end.ExitCode}{last}");
            }

            _made = wanted == ServiceState.Running ? null : ServiceState.Stopped;
            return CanTell
                ? await UntilAsync(what, wanted, linked.Token).ConfigureAwait(false)
                : new ServiceJobResult(name, ServiceJobStatus.Done, $"'{what}' ended with exit code 0");
        }
        catch (CommandStartException e)
        {
            return Failed($"'{what}' did not start: {e.Message}");
        }
        catch (OperationCanceledException) when (kill.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Failed($"'{what}' took too long, and was ended with all that it had started");
        }
        finally
        {
            lock (_gate)
            {
                (_kill, _running) = (null, null);
            }
        }
    }

    private async Task<ServiceJobResult> UntilAsync(string what, ServiceState wanted, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var now = await LookAsync(cancellationToken).ConfigureAwait(false);
            if (now.State == wanted || (wanted == ServiceState.Stopped && now.State == ServiceState.Failed))
            {
                return new ServiceJobResult(name, ServiceJobStatus.Done, now.SubState);
            }

            if (now.State == ServiceState.Failed && time.GetElapsedTime(began) >= DeadAfter)
            {
                return Failed($"'{what}' ended with exit code 0, and 'status' says that it is dead ({now.SubState})");
            }

            await Task.Delay(LookEvery, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ManagedService> LookAsync(CancellationToken cancellationToken)
    {
        if (!CanTell)
        {
            return _made is { } made
                ? Service(made, made == ServiceState.Stopped ? "its 'stop' ended with exit code 0" : "its 'start' failed")
                : Service(ServiceState.Unknown, "", "It has no 'status' command, so whether it runs is not known.");
        }

        using var limit = new CancellationTokenSource(commands.Timeout ?? StatusTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var lines = new CommandLines(static _ => { });
            var end = await CommandRun
                .RunAsync(CommandOf(commands.Status), lines.ReadAsync, lines.ReadAsync, linked.Token)
                .ConfigureAwait(false);
            var said = string.Create(CultureInfo.InvariantCulture, $"status {end.ExitCode}");
            return end.ExitCode switch
            {
                0 => Service(ServiceState.Running, said),
                3 => Service(ServiceState.Stopped, said),
                1 or 2 => Service(ServiceState.Failed, said, "dead") with { ExitStatus = end.ExitCode },
                var code => Service(
                    ServiceState.Unknown,
                    said,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Its 'status' ended with exit code {code}, which says neither that it runs (0) nor that it does not (3, 1, 2)"
                    ) + (lines.Last.Count > 0 ? $": {ForeignText.OneLine(lines.Last[^1])}" : ".")
                ),
            };
        }
        catch (CommandStartException e)
        {
            return Service(ServiceState.Unknown, "", $"Its 'status' did not start: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var limitText = Duration.Format(commands.Timeout ?? StatusTimeout);
            return Service(ServiceState.Unknown, "", $"Its 'status' did not end within {limitText}, and was ended.");
        }
    }

    private Command CommandOf(IReadOnlyList<string> words) => NodeCommands.Of(commands, words, Grace);

    private ServiceJobResult Failed(string why) => new(name, ServiceJobStatus.Failed, SecretText.Redact(why));

    private ManagedService Service(ServiceState state, string said, string? result = null) =>
        new()
        {
            Name = name,
            Id = name,
            Manager = ServiceManagerKind.Command,
            Description = string.Join(' ', commands.Start.Select(SecretText.RedactArgument)),
            State = state,
            ActiveState = state.ToString().ToLowerInvariant(),
            SubState = said,
            LoadState = "loaded",
            Result = result is null ? null : SecretText.Redact(result),
            SampledAt = time.GetUtcNow().UtcDateTime,
        };

    private ManagedService NotFound(string other) =>
        new()
        {
            Name = other,
            Id = other,
            Manager = ServiceManagerKind.Command,
            State = ServiceState.NotFound,
            LoadState = "not-found",
            SampledAt = time.GetUtcNow().UtcDateTime,
        };

    private OpsRestartException NoBoot() =>
        new(
            OpsError.InvalidArgument,
            $"{name} is managed by commands: whether it starts at boot is nothing that they can tell.",
            name,
            "Give it a unit of systemd."
        );
}
