using OpsRestart.Adapters.GraphFiles;

namespace OpsRestart.Tests.Units.GraphFiles;

/// <summary>Makes graphs by chance, with every property and with texts that YAML finds hard.</summary>
internal sealed class GraphMaker(int seed)
{
    private static readonly string[] Hard =
    [
        "~",
        "null",
        "true",
        "yes",
        "200",
        "0.5",
        "1e3",
        "-",
        "- a",
        "a: b",
        "a #b",
        "#a",
        " lead",
        "trail ",
        "two\nlines",
        "end\n",
        "\n",
        "tab\there",
        "it's",
        "say \"x\"",
        "@at",
        "%p",
        "[a]",
        "{b: c}",
        "${env:X}",
        "redis://:${file:/a b}/0",
        "a,b",
        "*a",
        "&a",
        "!a",
        "|",
        ">",
        "?",
        "? a",
        ":",
        "a:",
        "'",
        "\"",
        "\\",
        "\\n",
        "äöü €",
        "😀",
        "\u0001",
        "\u2028",
        "\u0085",
        "\u00a0",
        "---",
        "...",
        "a very long text that goes on and on beyond eighty columns because some regular expressions of log probes do that, too",
        "<<",
        "=",
        "`",
        "\r\n",
    ];

    private readonly Random _random = new(seed);

    public ServiceGraph Make()
    {
        var names = Enumerable
            .Range(0, _random.Next(1, 6))
            .Select(i => $"{Pick("web", "a.b", "worker@x", "null", "123", "on", "é-1")}{i}")
            .ToArray();
        return new ServiceGraph
        {
            Name = Pick("shop", "null", "0x1", "007"),
            Nodes = [.. names.Select(name => Node(name, names))],
            Queues = [.. Enumerable.Range(0, _random.Next(3)).Select(i => Queue($"q{i}", names))],
            Hooks = [.. Enumerable.Range(0, _random.Next(3)).Select(i => Hook($"h{i}", names))],
            Validate = Probes(null),
        };
    }

    private ServiceNode Node(string name, string[] names) =>
        new()
        {
            Name = name,
            Service = NoBraces(),
            Manager = Pick(ServiceManagerKind.Systemd, ServiceManagerKind.Supervisor),
            Scope = Pick(ServiceScope.System, ServiceScope.User),
            HostName = Maybe(Text()),
            Role = Maybe(Text()),
            Needs = Some(names),
            StartsAfter = Some(names),
            StopsAfter = Some(names),
            Ready = Probes(name),
            StableFor = Time(),
            StartTimeout = Time(),
            StopTimeout = _random.Next(2) == 0 ? null : Time(),
            Check = Some([Text(), Text(), ""]),
            CheckTimeout = Time(),
            Protected = _random.Next(2) == 0,
        };

    private GraphQueue Queue(string name, string[] names) =>
        new()
        {
            Name = name,
            System = Pick([.. GraphKeys.QueueSystems]),
            Broker = Text(),
            Queues = Some([Text(), Text()]),
            Workers = Some([Text(), "celery@{hostname}"]),
            FedBy = Some(names),
            ConsumedBy = Some(names),
            Drain = Pick(Enum.GetValues<DrainLevel>()),
            Timeout = Time(),
            OnTimeout = Pick(Enum.GetValues<DrainTimeoutPolicy>()),
            Settings = Settings(),
        };

    private GraphHook Hook(string name, string[] names)
    {
        var when = Pick(Enum.GetValues<HookPhase>());
        return new()
        {
            Name = name,
            Command = [Text(), .. Some([Text(), ""])],
            WorkingDirectory = Maybe(Text()),
            User = Maybe(Text()),
            Environment = _random.Next(2) == 0 ? [] : new Dictionary<string, string> { ["A"] = Text(), ["B"] = "8000" },
            When = when,
            Needs = when == HookPhase.DatastoresReady ? Some(names) : [],
            Timeout = Time(),
        };
    }

    private IReadOnlyList<ProbeDefinition> Probes(string? service) => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Probe(service))];

    private ProbeDefinition Probe(string? service)
    {
        var (scheme, kind) = Pick([.. Reading.Probes.Schemes]);
        var probe =
            _random.Next(2) == 0
                ? new ProbeDefinition
                {
                    Kind = kind,
                    Target = SecretText.WithoutSecrets(kind, $"{scheme}://{Text()}"),
                    Node = service,
                }
                : new ProbeDefinition
                {
                    Kind = Pick([.. Reading.Probes.Kinds]),
                    Target = Pick("", Text()),
                    Settings = Settings(),
                    Node = service,
                };
        return _random.Next(2) == 0
            ? probe
            : probe with
            {
                Within = Time(),
                Every = Time(),
                Successes = _random.Next(1, 9),
                Timeout = Time(),
            };
    }

    private Dictionary<string, object?> Settings()
    {
        object?[] values =
        [
            Text(),
            5L,
            -7L,
            0.25,
            1e300,
            3.0,
            true,
            false,
            null,
            "",
            Some([Text(), "x"]),
            new Dictionary<string, object?> { ["Host"] = Text(), ["n"] = 1L },
        ];
        return Enumerable.Range(0, _random.Next(4)).ToDictionary(i => $"setting-{i}", _ => Pick(values));
    }

    private TimeSpan Time() =>
        Pick(
            TimeSpan.Zero,
            TimeSpan.FromSeconds(_random.Next(100_000)),
            TimeSpan.FromMilliseconds(_random.Next(5000)),
            TimeSpan.FromTicks(_random.NextInt64(TimeSpan.TicksPerDay * 40)),
            TimeSpan.FromMinutes(5)
        );

    // Passwords that are written out are not written again: GraphWriter leaves them out.
    private string Text() =>
        SecretText.WithoutSecrets("redis", SecretText.RedactArgument(_random.Next(3) == 0 ? Pick(Hard) + Pick(Hard) : Pick(Hard)));

    private string NoBraces() => Text().Replace('{', '(').Replace('}', ')');

    private string? Maybe(string text) => _random.Next(2) == 0 ? null : text;

    private string[] Some(string[] texts) => [.. texts.Where(_ => _random.Next(2) == 0)];

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
