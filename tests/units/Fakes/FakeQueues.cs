using OpsRestart.Core.Queues;

namespace OpsRestart.Tests.Units.Fakes;

/// <summary>A queue system with a number of tasks that go down by one a second.</summary>
internal sealed class FakeQueues(TimeProvider time) : IWorkQueueFactory, IWorkQueueSystem, IDrainProbe
{
    private readonly DateTimeOffset _began = time.GetUtcNow();

    public int Tasks { get; set; }

    public bool Stuck { get; set; }

    public DrainVerdict? Always { get; set; }

    public int Suspended { get; private set; }

    public int Resumed { get; private set; }

    /// <summary>So many attempts to resume find the broker away.</summary>
    public int ResumesThatFail { get; set; }

    /// <summary>Queues, by their names in the graph, whose suspension can't be given back for a reason that nobody foresaw.</summary>
    public HashSet<string> Broken { get; } = [];

    /// <summary>Called at every attempt to resume.</summary>
    public Action? OnResume { get; set; }

    /// <summary>Called when workers that start are let in.</summary>
    public Action? OnAdmit { get; set; }

    public List<string> Log { get; } = [];

    /// <summary>The broker has accepted the connection and says nothing.</summary>
    public bool Silent { get; set; }

    /// <summary>What a look shows; it may throw. Null: the tasks that are left.</summary>
    public Func<DrainObservation>? Look { get; set; }

    /// <summary>The broker says nothing, and a question to it does not even end when it is cancelled.</summary>
    public bool Deaf { get; set; }

    /// <summary>What a suspension fails with.</summary>
    public Exception? SuspensionFails { get; set; }

    /// <summary>Some workers do not answer: a suspension has to be cut off, and holds for the others.</summary>
    public bool PartlySilent { get; set; }

    /// <summary>How long the task goes on that runs in the worker; null: for ever.</summary>
    public TimeSpan? RunsFor { get; set; }

    /// <summary>Workers that ended while it was looked.</summary>
    public IReadOnlyList<string> EndedWorkers { get; set; } = [];

    /// <summary>What a resume warns of.</summary>
    public IReadOnlyList<string> Warnings { get; set; } = [];

    /// <summary>The queues that the worker consumes.</summary>
    public IReadOnlyList<string> Consumed { get; set; } = ["default", "first", "second"];

    /// <summary>The queues that exist; null: all.</summary>
    public IReadOnlyList<string>? Known { get; set; }

    /// <summary>What listing the queues fails with, whatever is asked.</summary>
    public OpsRestartException? ListingFails { get; set; }

    /// <summary>What it was opened for.</summary>
    public List<GraphQueue> Opened { get; } = [];

    /// <summary>Asked for its tasks it says nothing, whatever the caller's patience.</summary>
    public bool TasksSilent { get; set; }

    public IReadOnlyList<WorkerTask> Orphans { get; set; } = [];

    /// <summary>The task that runs in the worker.</summary>
    public WorkerTask Running =>
        new()
        {
            Id = "t1",
            Name = "app.slow",
            System = System,
            Broker = Broker,
            State = WorkerTaskState.Active,
            Worker = "celery@test",
        };

    public string System => "celery";

    public string Broker => "redis://localhost";

    public IReadOnlyList<GraphFinding> Validate(GraphQueue queue) => [];

    public Task<IWorkQueueSystem> OpenAsync(GraphQueue queue, CancellationToken cancellationToken)
    {
        Opened.Add(queue);
        return Task.FromResult<IWorkQueueSystem>(this);
    }

    public Task<IReadOnlyList<WorkQueue>> GetQueuesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) =>
        ListingFails is { } failure ? Task.FromException<IReadOnlyList<WorkQueue>>(failure)
        : Known is { } known && names.FirstOrDefault(n => !known.Contains(n)) is { } unknown
            ? Task.FromException<IReadOnlyList<WorkQueue>>(
                new OpsRestartException(OpsError.QueueNotFound, $"Queue '{unknown}' is not known.", unknown)
            )
        : Task.FromResult<IReadOnlyList<WorkQueue>>([]);

    /// <summary>So many listings come without the worker, as if its answer were late.</summary>
    public int LateListings { get; set; }

    public Task<IReadOnlyList<QueueWorker>> GetWorkersAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<QueueWorker>>(
            LateListings-- > 0
                ? []
                :
                [
                    new QueueWorker
                    {
                        Name = "celery@test",
                        System = System,
                        Broker = Broker,
                        Queues = Consumed,
                    },
                ]
        );

    public async Task<IReadOnlyList<WorkerTask>> GetTasksAsync(WorkerTaskQuery query, CancellationToken cancellationToken)
    {
        if (TasksSilent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, CancellationToken.None);
        }

        return time.GetUtcNow() - _began >= RunsFor ? [] : [Running];
    }

    public Task<IDrainProbe> OpenDrainAsync(DrainRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<IDrainProbe>(this);

    public async Task<DrainObservation> LookAsync(CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (Look is { } look)
        {
            return look();
        }

        var done = (int)(time.GetUtcNow() - _began).TotalSeconds;
        var left = Stuck ? Tasks : Math.Max(0, Tasks - done);
        return new DrainObservation
        {
            Verdict = Always ?? (left == 0 ? DrainVerdict.Drained : DrainVerdict.Busy),
            Confidence = DrainConfidence.Exact,
            Executing = Math.Min(left, 1),
            Waiting = Math.Max(0, left - 1),
            Processed = Tasks - left,
            EndedWorkers = EndedWorkers,
            RetryAfter = TimeSpan.FromMilliseconds(500),
        };
    }

    public async Task<IQueueLease> SuspendAsync(SuspendRequest request, CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        if (SuspensionFails is not null)
        {
            throw SuspensionFails;
        }

        if (PartlySilent)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Assert.True(request.KeepPart, "a part was asked for");
        }

        Suspended++;
        Log.Add("suspend");
        return new Lease(this, request.Queues.Count > 0 ? request.Queues[0] : "");
    }

    public Task<IReadOnlyList<string>> ResumeAsync(QueueSuspension suspension, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task<long> ClearAsync(string queue, CancellationToken cancellationToken) => Task.FromResult(0L);

    public Task<TaskStopResult> StopTaskAsync(string id, bool terminate, string? signal, CancellationToken cancellationToken) =>
        Task.FromResult(new TaskStopResult(id, true, ""));

    public Task<IReadOnlyList<WorkerTask>> FindOrphansAsync(CancellationToken cancellationToken) => Task.FromResult(Orphans);

    public Task<bool> RestoreTaskAsync(WorkerTask task, CancellationToken cancellationToken) => Task.FromResult(false);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task AnswerAsync(CancellationToken cancellationToken) =>
        Deaf ? Task.Delay(Timeout.InfiniteTimeSpan, time, CancellationToken.None)
        : Silent ? Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken)
        : Task.CompletedTask;

    private sealed class Lease(FakeQueues owner, string queue) : IQueueLease
    {
        public QueueSuspension Suspension { get; } =
            new()
            {
                Id = "s",
                System = "celery",
                Broker = "redis://localhost",
                Workers = new Dictionary<string, IReadOnlyList<string>> { ["celery@test"] = ["default"] },
            };

        public Task AdmitAsync(CancellationToken cancellationToken)
        {
            owner.OnAdmit?.Invoke();
            owner.Log.Add("admit");
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken)
        {
            owner.OnResume?.Invoke();
            if (owner.Broken.Contains(queue))
            {
                throw new InvalidOperationException("a defect");
            }

            if (owner.ResumesThatFail > 0)
            {
                owner.ResumesThatFail--;
                throw new OpsRestartException(OpsError.ConnectionFailed, "The broker is away.", "redis://localhost");
            }

            owner.Resumed++;
            owner.Log.Add("resume");
            return Task.FromResult(owner.Warnings);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
