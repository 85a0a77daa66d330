using System.Diagnostics;
using System.Text;
using System.Text.Json;
using OpsRestart.Adapters.Queues;
using OpsRestart.Adapters.Queues.Rq;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Queues;

/// <summary>A Redis of its own with real RQ workers (tests/stacks/rq-load), which write down when each job began and ended.</summary>
internal sealed class RqStack : IAsyncDisposable
{
    private readonly List<Process> _workers = [];
    private readonly StringBuilder _output = new();
    private Process? _sender;

    private RqStack(RedisServer redis) => Redis = redis;

    public RedisServer Redis { get; }

    public Ledger Ledger => new(Path.Combine(Redis.Directory, "ledger"));

    private static string Application => Path.Combine(TestHost.Repository, "tests/stacks/rq-load");

    /// <summary>The command line of a worker as it stands in a unit file: the real program, under a name that it makes itself.</summary>
    public string WorkerCommand => $"/usr/bin/rq worker --url {Redis.Address} --path {Application} default";

    /// <summary>What its unit needs beside.</summary>
    public string WorkerEnvironment =>
        $"Environment=BROKER={Redis.Address} LEDGER={Path.Combine(Redis.Directory, "ledger")} PYTHONDONTWRITEBYTECODE=1";

    public static async Task<RqStack> StartAsync()
    {
        TestHost.Needs("rq", "python3-rq");
        return new RqStack(await RedisServer.StartAsync());
    }

    /// <param name="redis">Ours from here on.</param>
    public static RqStack On(RedisServer redis)
    {
        TestHost.Needs("rq", "python3-rq");
        return new RqStack(redis);
    }

    public GraphQueue Definition =>
        new()
        {
            Name = "load",
            System = "rq",
            Broker = Redis.Address,
        };

    public async Task<IWorkQueueSystem> OpenAsync() =>
        await new WorkQueueFactory([new RqKind(TimeProvider.System)]).OpenAsync(Definition, default);

    /// <summary>Starts a worker and returns when it is registered and listens.</summary>
    public async Task<Process> StartWorkerAsync(string name, params string[] queues)
    {
        var process = Start(
            new ProcessStartInfo(
                "/usr/bin/rq",
                ["worker", "--url", Redis.Address, "--name", name, "--path", Application, .. queues.Length > 0 ? queues : ["default"]]
            )
        );
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _workers.Add(process);
        await using var store = new RqStore(Adapters.Redis.RedisEndpoint.Parse(Redis.Address));
        for (
            var attempt = 0;
            !(await store.SnapshotAsync(default)).Workers.Any(w =>
                w.Name == name && w.IsLive && w.State is "idle" or "suspended" or "busy"
            );
            attempt++
        )
        {
            Assert.True(attempt < 2000 && !process.HasExited, $"worker {name} is not there: {_output}");
            await Task.Delay(50);
        }

        return process;
    }

    public async Task<string> SendAsync(string task, string queue, params object[] arguments) =>
        await SendAsync(
            new
            {
                task,
                queue,
                args = arguments,
            }
        );

    public async Task<string> SendLaterAsync(string task, string queue, double delay, params object[] arguments) =>
        await SendAsync(
            new
            {
                task,
                queue,
                delay,
                args = arguments,
            }
        );

    /// <summary>Begins to queue jobs, and goes on.</summary>
    public Feeder Feed(string task, double seconds, double rate)
    {
        var sent = Path.Combine(Redis.Directory, "sent-" + Guid.NewGuid().ToString("N"));
        var info = Feeder.Command(Application, sent, task, seconds, rate);
        var process = Start(info);
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return new Feeder(process, sent);
    }

    public async ValueTask DisposeAsync()
    {
        await StackProcess.EndAsync(_workers.Append(_sender));
        await Redis.DisposeAsync();
    }

    private async Task<string> SendAsync(object order)
    {
        _sender ??= Start(
            new ProcessStartInfo("/usr/bin/python3", [Path.Combine(Application, "send.py")]) { RedirectStandardInput = true }
        );
        await _sender.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order));
        await _sender.StandardInput.FlushAsync();
        return await _sender.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("the sender ended: " + await _sender.StandardError.ReadToEndAsync());
    }

    private Process Start(ProcessStartInfo info)
    {
        info.Environment["BROKER"] = Redis.Address;
        info.Environment["LEDGER"] = Path.Combine(Redis.Directory, "ledger");
        info.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        return Process.Start(info)!;
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
