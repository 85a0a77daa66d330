using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OpsRestart.Adapters.Composition;
using OpsRestart.Bench.Measuring;
using OpsRestart.Core.Queues;

namespace OpsRestart.Bench.Works.Queues;

/// <summary>
/// Real workers on a broker of their own (tests/stacks/celery-load, rq-load), whose tasks write down when they began and ended.
/// </summary>
internal sealed class QueueLoad : IAsyncDisposable
{
    private const string RedisPort = "6399";
    private const string Amqp = "amqp://guest:guest@127.0.0.1:5672//";
    private static int _count;

    private readonly string _folder = Directory.CreateTempSubdirectory("bench-queue-").FullName;
    private readonly List<string> _units = [];
    private readonly OpsSession _session = new();
    private readonly string _kind;
    private Dictionary<string, object?> _settings = [];
    private Process? _sender;

    private QueueLoad(string kind, string system, string broker) => (_kind, System, Broker) = (kind, system, broker);

    /// <summary>celery or rq.</summary>
    public string System { get; }

    public string Broker { get; }

    public string Application => Path.Combine(Repository, "tests/stacks", _kind);

    private static string Repository => Environment.GetEnvironmentVariable("OPSRESTART_REPOSITORY") ?? ".";

    private string Ledger => Path.Combine(_folder, "ledger");

    public static Task<QueueLoad> CeleryAsync(CancellationToken cancellationToken) => CeleryAsync(2, cancellationToken);

    /// <summary>Workers a, b, c …</summary>
    public static async Task<QueueLoad> CeleryAsync(int workers, CancellationToken cancellationToken)
    {
        var load = new QueueLoad("celery-load", "celery", await RedisAsync(cancellationToken));
        await load.StartCeleryAsync(cancellationToken, workers: workers);
        return load;
    }

    public static Task<QueueLoad> CeleryOnRabbitMqAsync(CancellationToken cancellationToken) =>
        CeleryOnRabbitMqAsync([], cancellationToken);

    public static Task<QueueLoad> CeleryOnBareRabbitMqAsync(CancellationToken cancellationToken) =>
        CeleryOnRabbitMqAsync(new Dictionary<string, object?> { ["management"] = "off" }, cancellationToken);

    private static async Task<QueueLoad> CeleryOnRabbitMqAsync(Dictionary<string, object?> settings, CancellationToken cancellationToken)
    {
        await Admin.TypesAsync(
            "echo '[rabbitmq_management].' >/etc/rabbitmq/enabled_plugins && systemctl start rabbitmq-server",
            cancellationToken
        );
        var load = new QueueLoad("celery-load", "celery", Amqp) { _settings = settings };
        await load.StartCeleryAsync(
            cancellationToken,
            until: "[ \"$(rabbitmqctl -q list_queues name consumers | awk '$1 == \"celery\" {print $2}')\" = 2 ]"
        );
        return load;
    }

    public static async Task<QueueLoad> RqAsync(CancellationToken cancellationToken)
    {
        var load = new QueueLoad("rq-load", "rq", await RedisAsync(cancellationToken));
        foreach (var name in (string[])["a", "b"])
        {
            await load.RunAsync($"rq worker --url {load.Broker} --name {name} --path {load.Application} default short", cancellationToken);
        }

        await load.UntilWorkersAsync(2, cancellationToken);
        return load;
    }

    public Task<IWorkQueueSystem> OpenAsync(CancellationToken cancellationToken) => OpenAsync(System, [], cancellationToken);

    public Task<IWorkQueueSystem> OpenAsync(string system, IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        _session.Queues.OpenAsync(
            new GraphQueue
            {
                Name = "bench",
                System = system,
                Broker = Broker,
                Queues = queues,
                Settings = _settings,
            },
            cancellationToken
        );

    public Task<DrainResult> DrainAsync(IWorkQueueSystem system, CancellationToken cancellationToken) =>
        _session.DrainAsync(system, new DrainRequest(), TimeSpan.FromMinutes(2), static _ => { }, cancellationToken);

    public Task<ProbeResult> PingAsync(CancellationToken cancellationToken) =>
        _session.WaitHealthyAsync(new ProbeDefinition { Kind = System, Target = Broker }, cancellationToken);

    /// <summary>Queues a chain: each task queues its successor before it ends.</summary>
    public Task SendChainAsync(int tasks, double seconds) =>
        SendAsync(
            System == "celery"
                ? new { task = "chain", args = (object[])[tasks - 1, seconds] }
                : new
                {
                    task = "chain",
                    queue = "default",
                    args = (object[])["default", tasks - 1, seconds],
                }
        );

    public Task SendSleepAsync(double seconds) => SendAsync(new { task = "sleep", args = (object[])[seconds] });

    /// <summary>Begins and ends of tasks, with their moments.</summary>
    public IReadOnlyList<(DateTime At, string What)> Read() =>
        !File.Exists(Ledger)
            ? []
            :
            [
                .. File.ReadAllLines(Ledger)
                    .Select(static l => l.Split(' '))
                    .Where(static f => f.Length == 3)
                    .Select(static f => (DateTime.UnixEpoch.AddSeconds(double.Parse(f[0], CultureInfo.InvariantCulture)), f[1])),
            ];

    /// <summary>Seconds of processor that Redis has used.</summary>
    public static async Task<double> RedisProcessorAsync(CancellationToken cancellationToken) =>
        double.Parse(
            (
                await Admin.TypesAsync(
                    $"redis-cli -p {RedisPort} info cpu | awk -F: '/^used_cpu_(sys|user):/ {{ s += $2 }} END {{ printf \"%.4f\", s }}'",
                    cancellationToken
                )
            ).Trim(),
            CultureInfo.InvariantCulture
        );

    public async ValueTask DisposeAsync()
    {
        if (_sender is not null)
        {
            _sender.Kill();
            _sender.Dispose();
        }

        await _session.DisposeAsync();
        await Admin.TypesAsync(
            $"systemctl kill -s KILL {string.Join(' ', _units)} bench-redis 2>/dev/null; systemctl stop {string.Join(' ', _units)} "
                + "bench-redis 2>/dev/null; systemctl reset-failed || true",
            default
        );
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> RedisAsync(CancellationToken cancellationToken)
    {
        await Admin.TypesAsync(
            $"systemd-run -q --collect --unit=bench-redis redis-server --port {RedisPort} --save '' && until redis-cli -p {RedisPort} "
                + "ping >/dev/null 2>&1; do sleep 0.05; done",
            cancellationToken
        );
        return $"redis://127.0.0.1:{RedisPort}/0";
    }

    private async Task StartCeleryAsync(CancellationToken cancellationToken, string? until = null, int workers = 2)
    {
        foreach (var name in Enumerable.Range('a', workers).Select(static c => (char)c))
        {
            await RunAsync($"celery --workdir {Application} -A load worker -c 2 -n {name}@%H --loglevel WARNING", cancellationToken);
        }

        await (
            until is null
                ? UntilWorkersAsync(workers, cancellationToken)
                : Admin.TypesAsync($"for i in $(seq 60); do {until} && exit; sleep 0.5; done; exit 1", cancellationToken)
        );
    }

    private async Task RunAsync(string command, CancellationToken cancellationToken)
    {
        var unit = $"bench-worker-{++_count}";
        _units.Add(unit);
        await Admin.TypesAsync(
            $"systemd-run -q --collect --unit={unit} -E BROKER={Broker} -E LEDGER={Ledger} -E RATE= -E C_FORCE_ROOT=1 -E "
                + $"PYTHONDONTWRITEBYTECODE=1 {command.Replace("%H", Environment.MachineName, StringComparison.Ordinal)}",
            cancellationToken
        );
    }

    private async Task UntilWorkersAsync(int number, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        await using var system = await OpenAsync(limit.Token);
        while (await WorkersAsync(system, limit.Token) < number)
        {
            await Task.Delay(100, limit.Token);
        }
    }

    private static async Task<int> WorkersAsync(IWorkQueueSystem system, CancellationToken cancellationToken)
    {
        try
        {
            return (await system.GetWorkersAsync(cancellationToken)).Count;
        }
        catch (OpsRestartException)
        {
            return 0;
        }
    }

    private async Task SendAsync(object order)
    {
        _sender ??= Sender();
        await _sender.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order));
        await _sender.StandardInput.FlushAsync();
        _ = await _sender.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the sender of tasks ended");
    }

    private Process Sender()
    {
        var info = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(Application, "send.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        info.Environment["BROKER"] = Broker;
        info.Environment["LEDGER"] = Ledger;
        info.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return Process.Start(info)!;
    }
}
