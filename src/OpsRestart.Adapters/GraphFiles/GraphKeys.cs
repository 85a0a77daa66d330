namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Every key and word of the graph format, in one place. The reader, the writer and the JSON Schema's test stand on it.</summary>
internal static class GraphKeys
{
    /// <summary>Keys of the file itself.</summary>
    public static class Root
    {
        public const string Graph = "graph";
        public const string Defaults = "defaults";
        public const string Services = "services";
        public const string Queues = "queues";
        public const string Hooks = "hooks";
        public const string Validate = "validate";
        public const string User = "user";
        public static readonly IReadOnlyList<string> All = [Graph, User, Defaults, Services, Queues, Hooks, Validate];

        /// <summary>Keys that make a graph of a file; many others have a user too.</summary>
        public static readonly IReadOnlyList<string> Telling = [.. All.Where(static k => k != User)];
    }

    /// <summary>Keys of one service.</summary>
    public static class Service
    {
        public const string Unit = "unit";
        public const string Program = "program";
        public const string Command = "command";
        public const string Scope = "scope";
        public const string Host = "host";
        public const string Supervisor = "supervisor";
        public const string Role = "role";
        public const string Needs = "needs";
        public const string StartsAfter = "startsAfter";
        public const string StopsAfter = "stopsAfter";
        public const string Ready = "ready";
        public const string StableFor = "stableFor";
        public const string StartTimeout = "startTimeout";
        public const string StopTimeout = "stopTimeout";
        public const string Check = "check";
        public const string CheckTimeout = "checkTimeout";
        public const string Config = "config";
        public const string Protected = "protected";

        public static readonly IReadOnlyList<string> All =
        [
            Unit,
            Program,
            Command,
            Scope,
            Host,
            Supervisor,
            Role,
            Needs,
            StartsAfter,
            StopsAfter,
            Ready,
            StableFor,
            StartTimeout,
            StopTimeout,
            Check,
            CheckTimeout,
            Config,
            Protected,
        ];

        /// <summary>What <c>defaults</c> can give to every service that does not say otherwise.</summary>
        public static readonly IReadOnlyList<string> Defaults =
        [
            Scope,
            Host,
            Supervisor,
            StableFor,
            StartTimeout,
            StopTimeout,
            CheckTimeout,
        ];
    }

    /// <summary>Keys of one queue system besides <see cref="QueueSystems"/>; all others are the system's own settings.</summary>
    public static class Queue
    {
        public const string Queues = "queues";
        public const string Workers = "workers";
        public const string FedBy = "fedBy";
        public const string ConsumedBy = "consumedBy";
        public const string Drain = "drain";
        public const string Timeout = "timeout";
        public const string OnTimeout = "onTimeout";
        public static readonly IReadOnlyList<string> All = [Queues, Workers, FedBy, ConsumedBy, Drain, Timeout, OnTimeout];
    }

    /// <summary>Keys of the commands that a service is managed by.</summary>
    public static class Commands
    {
        public const string Start = "start";
        public const string Stop = "stop";
        public const string Status = "status";
        public const string Restart = "restart";
        public const string User = "user";
        public const string Environment = "environment";
        public const string WorkingDirectory = "workingDirectory";
        public const string Timeout = "timeout";
        public static readonly IReadOnlyList<string> All = [Start, Stop, Status, Restart, User, Environment, WorkingDirectory, Timeout];
    }

    /// <summary>Keys of one hook.</summary>
    public static class Hook
    {
        public const string Command = "command";
        public const string WorkingDirectory = "workingDirectory";
        public const string User = "user";
        public const string Environment = "environment";
        public const string When = "when";
        public const string Needs = "needs";
        public const string Timeout = "timeout";
        public static readonly IReadOnlyList<string> All = [Command, WorkingDirectory, User, Environment, When, Needs, Timeout];
    }

    /// <summary>Keys of a probe's map form that mean the same for every kind; all others are the kind's own settings.</summary>
    public static class Probe
    {
        public const string Within = "within";
        public const string Every = "every";
        public const string Successes = "successes";
        public const string Timeout = "timeout";

        /// <summary>Where the arguments of a command that is written as a list go: <c>exec: [command, argument …]</c>.</summary>
        public const string Arguments = "arguments";
        public static readonly IReadOnlyList<string> All = [Within, Every, Successes, Timeout];
    }

    /// <summary>Each names the broker: <c>celery: redis://localhost</c>.</summary>
    public static readonly IReadOnlyList<string> QueueSystems = ["celery", "rq", "rabbitmq"];
}
