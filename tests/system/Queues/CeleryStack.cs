using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OpsRestart.Adapters.Queues;
using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.Queues.Celery.OverRedis;
using OpsRestart.Adapters.RunStore;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Queues;

/// <summary>
/// A Redis of its own with real Celery workers (tests/stacks/celery-load), which write down when each task began and ended.
/// </summary>
internal sealed class CeleryStack : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Process> _workers = new();
    private readonly Dictionary<string, string> _environment;
    private readonly StringBuilder _errors = new();
    private Process? _sender;

    private CeleryStack(RedisServer redis, string address, Dictionary<string, string> environment)
    {
        Redis = redis;
        Address = address;
        _environment = environment;
    }

    public RedisServer Redis { get; }

    /// <summary>The broker as OpsRestart is told of it.</summary>
    public string Address { get; }

    public Ledger Ledger => new(_environment["LEDGER"]);

    /// <summary>What a worker's unit needs.</summary>
    public string WorkerEnvironment => CeleryProgram.EnvironmentLine(_environment);

    private static string Application => CeleryProgram.Application;

    /// <param name="variables">More for load.py: CONTENT, TRANSPORT_OPTIONS, QUEUE, PREFETCH.</param>
    public static async Task<CeleryStack> StartAsync(params (string Name, string Value)[] variables)
    {
        TestHost.Needs("celery", "celery");
        return On(await RedisServer.StartAsync(), null, variables);
    }

    /// <param name="redis">Ours from here on.</param>
    /// <param name="address">The way to it, for workers and OpsRestart; null: the plain one.</param>
    /// <param name="variables">BROKER: the way that workers go, where it is another one.</param>
    public static CeleryStack On(RedisServer redis, string? address, params (string Name, string Value)[] variables)
    {
        address ??= redis.Address;
        var environment = new Dictionary<string, string>
        {
            ["BROKER"] = address,
            ["LEDGER"] = Path.Combine(redis.Directory, "ledger"),
            ["C_FORCE_ROOT"] = "1",
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        return new CeleryStack(redis, address, environment);
    }

    public GraphQueue Definition(params (string Key, object? Value)[] settings) =>
        new()
        {
            Name = "load",
            System = "celery",
            Broker = Address,
            Settings = settings.ToDictionary(static s => s.Key, static s => s.Value),
        };

    public async Task<IWorkQueueSystem> OpenAsync(params (string Key, object? Value)[] settings) =>
        await new WorkQueueFactory([new CeleryKind(new SuspensionStore(), TimeProvider.System)]).OpenAsync(Definition(settings), default);

    /// <summary>Starts a worker and returns when it answers.</summary>
    public async Task<Process> StartWorkerAsync(string name, params string[] arguments)
    {
        var process = Launch(name, arguments);
        for (var attempt = 0; !(await AnsweringAsync()).Contains(NodeName(name)); attempt++)
        {
            Assert.True(attempt < 300 && !process.HasExited, $"worker {name} does not answer; its log: {LogOf(name)}{_errors}");
            await Task.Delay(100);
        }

        return process;
    }

    /// <summary>Starts workers w0, w1 … and returns when all of them answer.</summary>
    public async Task StartWorkersAsync(int count, params string[] arguments)
    {
        var processes = Enumerable.Range(0, count).Select(i => Launch($"w{i}", arguments)).ToList();
        await using var system = await OpenAsync();
        await Eventually.IsTrueAsync(
            async () =>
                processes.Exists(static p => p.HasExited)
                || (await system.GetWorkersAsync(default)).Count(static w => w.State != QueueWorkerState.Unresponsive) == count,
            TimeSpan.FromSeconds(120),
            $"{count} workers answer; the last one's log: {LogOf($"w{count - 1}")}{_errors}"
        );
        Assert.DoesNotContain(processes, static p => p.HasExited);
    }

    /// <summary>The command line of a worker as it stands in a unit file.</summary>
    public string WorkerCommand(string name, params string[] arguments) =>
        CeleryProgram.CommandLine(CeleryProgram.WorkerArguments(name, Redis.Directory, arguments));

    /// <summary>Starts a worker and does not wait.</summary>
    public Process Launch(string name, params string[] arguments)
    {
        var info = new ProcessStartInfo(CeleryProgram.Path, CeleryProgram.WorkerArguments(name, Redis.Directory, arguments))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Start(info);
        process.ErrorDataReceived += (_, e) => _errors.AppendLine(e.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _workers[name + Guid.NewGuid()] = process;
        return process;
    }

    public static string NodeName(string name) => CeleryProgram.NodeName(name);

    public async Task<string> SendAsync(string task, object?[] arguments, object? options = null)
    {
        _sender ??= Start(
            new ProcessStartInfo("/usr/bin/python3", [Path.Combine(Application, "send.py")])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        );
        await _sender.StandardInput.WriteLineAsync(
            JsonSerializer.Serialize(
                new
                {
                    task,
                    args = arguments,
                    options = options ?? new { },
                }
            )
        );
        await _sender.StandardInput.FlushAsync();
        return await _sender.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the sender ended");
    }

    /// <summary>Begins to send tasks, and goes on.</summary>
    /// <param name="task">Its name in load.py.</param>
    /// <param name="seconds">How long each one takes.</param>
    /// <param name="rate">How many a second.</param>
    /// <param name="queue">Another one than the default.</param>
    public Feeder Feed(string task, double seconds, double rate, params string[] queue)
    {
        var sent = Path.Combine(Redis.Directory, "sent-" + Guid.NewGuid().ToString("N"));
        return new Feeder(Start(Feeder.Command(Application, sent, task, seconds, rate, queue)), sent);
    }

    /// <summary>The tasks "held" and "lateheld" end, also those that come later.</summary>
    public void LetGo() => File.WriteAllText(_environment["LEDGER"] + ".go", "");

    public string LogOf(string name) =>
        File.Exists(Path.Combine(Redis.Directory, name + ".log"))
            ? File.ReadAllText(Path.Combine(Redis.Directory, name + ".log"))
            : "(none)";

    public static Task SignalAsync(Process process, string signal) =>
        Shell.BashAsync(string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {process.Id}"));

    public async ValueTask DisposeAsync()
    {
        await StackProcess.EndAsync(_workers.Values.Append(_sender));
        await Redis.DisposeAsync();
    }

    private async Task<IReadOnlyList<string>> AnsweringAsync()
    {
        var settings = new CelerySettings
        {
            ContentType = _environment.GetValueOrDefault("CONTENT") == "nautobot" ? PidboxEnvelope.NautobotJson : PidboxEnvelope.Json,
            KeyPrefix = Prefix,
        };
        await using var transport = new RedisTransport(Adapters.Redis.RedisEndpoint.Parse(Address), settings, TimeProvider.System);
        var result = await transport.BroadcastAsync([PidboxRequest.Ping], TimeSpan.FromMilliseconds(300), default);
        return [.. result[0].Answers.Select(static r => r.Node)];
    }

    private string Prefix =>
        _environment.TryGetValue("TRANSPORT_OPTIONS", out var json)
        && JsonDocument.Parse(json).RootElement.TryGetProperty("global_keyprefix", out var prefix)
            ? prefix.GetString()!
            : "";

    private Process Start(ProcessStartInfo info)
    {
        foreach (var (name, value) in _environment)
        {
            info.Environment[name] = value;
        }

        // Celery takes this for a boolean of its own and refuses to start.
        info.Environment.Remove("NO_COLOR");
        return Process.Start(info)!;
    }
}
