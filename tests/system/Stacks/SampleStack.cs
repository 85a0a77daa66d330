using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>A sample of this repository, deployed into this host as an administrator would; stopped when its tests are done.</summary>
public abstract class SampleStack : IAsyncLifetime
{
    /// <summary>nautobot, frappe or zulip: the names of the sample, of its folder under tests/stacks, and of its graph.</summary>
    public abstract string Name { get; }

    /// <summary>Every unit of it.</summary>
    public abstract IReadOnlyList<string> Units { get; }

    /// <summary>Every program of supervisord of it.</summary>
    public virtual IReadOnlyList<string> Programs => [];

    /// <summary>Which form of the sample: an option of its inside.sh.</summary>
    protected virtual string Form => "";

    /// <summary>What another stack would stumble over.</summary>
    protected virtual string Cleanup => "true";

    protected abstract string NeededCommand { get; }

    protected abstract string NeededPackage { get; }

    /// <summary>The one cluster of this host, whatever version its distribution has.</summary>
    protected static string Postgres => $"postgresql@{Directory.GetDirectories("/etc/postgresql").Select(Path.GetFileName).Single()}-main";

    protected string Place => $"/opt/{Name}-sample";

    public string GraphFile => $"/etc/opsrestart/{Name}.yml";

    public async ValueTask InitializeAsync()
    {
        TestHost.Needs(NeededCommand, NeededPackage);
        var from = TestHost.Repository;
        await Shell.BashAsync(
            $"rm -rf {Place}; mkdir -p {Place}; cp -r {from}/samples/{Name}/. {from}/tests/stacks/{Name}/*.py "
                + $"{from}/tests/stacks/count_tasks.py {from}/tests/stacks/{Name}/inside.sh {Place}/; bash {Place}/inside.sh {Form}",
            TimeSpan.FromSeconds(300)
        );
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (File.Exists(GraphFile))
        {
            await Shell.BashAsync(
                $"systemctl kill --signal=CONT {string.Join(' ', Units)} 2>/dev/null || true; systemctl stop "
                    + $"{string.Join(' ', Units)}; systemctl disable -q {string.Join(' ', Units)}; {Cleanup}",
                TimeSpan.FromSeconds(120)
            );
        }
    }

    /// <summary>A repeatable mix of all kinds; more follow, since some queue others.</summary>
    public Task QueueAsync(int count, double longest, int seed = 1) =>
        Shell.BashAsync(FormattableString.Invariant($"{Place}/queue-tasks.py {count} --longest {longest} --seed {seed}"));

    /// <summary>Some of one kind, each so many seconds long.</summary>
    public Task QueueAsync(string kind, double seconds, int count = 1, string? queue = null) =>
        Shell.BashAsync(
            FormattableString.Invariant(
                $"{Place}/queue-tasks.py {count} --kind {kind} --seconds {seconds}{(queue is null ? "" : " --queue " + queue)}"
            )
        );

    /// <summary>Counts; with a wait until nothing waits or runs any more, or it is over.</summary>
    public async Task<Books> CountAsync(int waitSeconds = 0) =>
        Books.Parse(
            (
                await Shell.RunAsync(
                    $"{Place}/count-tasks.py",
                    waitSeconds > 0 ? ["--wait", FormattableString.Invariant($"{waitSeconds}")] : [],
                    TimeSpan.FromSeconds(60 + waitSeconds)
                )
            ).Output
        );

    /// <summary>Everything runs and is healthy, no task is anywhere, the books are empty: as after the installation.</summary>
    public abstract Task ResetAsync();
}
