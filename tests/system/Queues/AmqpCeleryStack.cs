using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OpsRestart.Adapters.Queues;
using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.RunStore;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Amqp;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

/// <summary>
/// Real Celery workers (tests/stacks/celery-load) in a virtual host of their own. They write down when each task began and ended.
/// </summary>
internal sealed class AmqpCeleryStack : IAsyncDisposable
{
    private readonly RabbitServer _server;
    private readonly string _virtualHost;
    private readonly string _folder;
    private readonly Dictionary<string, string> _environment;
    private readonly List<Process> _workers = [];
    private Process? _sender;

    private AmqpCeleryStack(RabbitServer server, string virtualHost, IEnumerable<(string Name, string Value)> variables)
    {
        _server = server;
        _virtualHost = virtualHost;
        _folder = Path.Combine(server.Folder, virtualHost);
        Directory.CreateDirectory(_folder);
        _environment = new Dictionary<string, string>
        {
            ["BROKER"] = Broker,
            ["LEDGER"] = Path.Combine(_folder, "ledger"),
            ["C_FORCE_ROOT"] = "1",
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };
        foreach (var (name, value) in variables)
        {
            _environment[name] = value;
        }
    }

    public string Broker => string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{_server.Port}/{_virtualHost}");

    public Ledger Ledger => new(_environment["LEDGER"]);

    /// <summary>What a worker's unit needs.</summary>
    public string WorkerEnvironment => CeleryProgram.EnvironmentLine(_environment);

    private static string Application => CeleryProgram.Application;

    /// <param name="server">The broker.</param>
    /// <param name="variables">More for load.py: CONTENT, QUEUE_TYPE, QUEUE, PREFETCH.</param>
    public static async Task<AmqpCeleryStack> StartAsync(RabbitServer server, params (string Name, string Value)[] variables)
    {
        server.Needed();
        TestHost.Needs("celery", "celery");
        var name = "load-" + Guid.NewGuid().ToString("N")[..8];
        await server.ControlAsync("add_vhost", name);
        await server.ControlAsync("set_permissions", "-p", name, "guest", ".*", ".*", ".*");
        return new AmqpCeleryStack(server, name, variables);
    }

    public static string NodeName(string name) => CeleryProgram.NodeName(name);

    public GraphQueue Definition(bool management = true) =>
        new()
        {
            Name = "load",
            System = "celery",
            Broker = Broker,
            Settings = new Dictionary<string, object?> { ["management"] = management ? _server.Management : "off" },
        };

    public Task<IWorkQueueSystem> OpenAsync(bool management = true) =>
        new WorkQueueFactory([new CeleryKind(new SuspensionStore(), TimeProvider.System)]).OpenAsync(Definition(management), default);

    public static Task<DrainResult> DrainAsync(
        IWorkQueueSystem system,
        DrainLevel level = DrainLevel.Drained,
        int seconds = 60,
        Action<DrainProgress>? progress = null
    ) =>
        new DrainWaiter(TimeProvider.System).WaitAsync(
            system,
            "load",
            new DrainRequest { Level = level },
            TimeSpan.FromSeconds(seconds),
            progress ?? (static _ => { }),
            default
        );

    /// <summary>Starts a worker and returns when it answers.</summary>
    public async Task<Process> StartWorkerAsync(string name, params string[] arguments)
    {
        var process = Launch(name, arguments);
        await using var system = await OpenAsync();
        await Eventually.IsTrueAsync(
            async () => process.HasExited || (await system.GetWorkersAsync(default)).Any(w => w.Name == NodeName(name)),
            TimeSpan.FromSeconds(30),
            $"worker {name} answers; its log: {LogOf(name)}"
        );
        Assert.False(process.HasExited, LogOf(name));
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
            $"{count} workers answer; the last one's log: {LogOf($"w{count - 1}")}"
        );
        Assert.DoesNotContain(processes, static p => p.HasExited);
    }

    /// <summary>The command line of a worker as it stands in a unit file.</summary>
    public string WorkerCommand(string name, params string[] arguments) =>
        CeleryProgram.CommandLine(CeleryProgram.WorkerArguments(name, _folder, arguments));

    /// <summary>Starts a worker and does not wait.</summary>
    public Process Launch(string name, params string[] arguments)
    {
        var process = Start(
            new ProcessStartInfo(CeleryProgram.Path, CeleryProgram.WorkerArguments(name, _folder, arguments))
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        );
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _workers.Add(process);
        return process;
    }

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
    public Feeder Feed(string task, double seconds, double rate)
    {
        var sent = Path.Combine(_folder, "sent-" + Guid.NewGuid().ToString("N"));
        return new Feeder(Start(Feeder.Command(Application, sent, task, seconds, rate)), sent);
    }

    public string LogOf(string name) =>
        File.Exists(Path.Combine(_folder, name + ".log")) ? File.ReadAllText(Path.Combine(_folder, name + ".log")) : "(none)";

    public static Task SignalAsync(Process process, string signal) =>
        Shell.BashAsync(string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {process.Id}"));

    /// <summary>celery's own command on this broker.</summary>
    public async Task CeleryAsync(params string[] arguments)
    {
        using var process = Start(
            new ProcessStartInfo("/usr/bin/celery", ["--workdir", Application, "-A", "load", .. arguments])
            {
                RedirectStandardOutput = true,
            }
        );
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StackProcess.EndAsync(_workers.Append(_sender));
        await _server.ControlAsync("delete_vhost", _virtualHost);
    }

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
