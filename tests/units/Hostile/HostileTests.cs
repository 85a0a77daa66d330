using System.Globalization;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>
/// What hostile or broken peers and files send crashes nothing, hangs nothing, takes no memory, leaves nothing behind and shows no secret.
/// </summary>
[Collection(nameof(HostileCollection))]
public sealed class HostileTests(ITestOutputHelper output)
{
    /// <summary>The fewest inputs of all suites together.</summary>
    private const int Fewest = 1000;

    public static TheoryData<string> Suites => [.. All().Select(static s => s.Name)];

    [Theory]
    [MemberData(nameof(Suites))]
    public async Task Every_input_ends_in_an_answer_that_can_be_shown(string suite)
    {
        var seed = Seed();
        var type = All().Single(s => s.Name == suite);
        var harness = new HostileHarness((IHostileSuite)Activator.CreateInstance(type)!);
        var report = await harness.RunAsync(seed, TestContext.Current.CancellationToken);
        output.WriteLine(report.ToString());
        Assert.True(report.Faults.Count == 0, report.ToString());
    }

    [Fact]
    public void There_are_at_least_a_thousand_inputs_and_a_seed_gives_the_same_again()
    {
        string[] Names(int seed) =>
            [
                .. All()
                    .SelectMany(t =>
                        ((IHostileSuite)Activator.CreateInstance(t)!).Inputs(new Random(seed)).Select(i => $"{t.Name} {i.Name}")
                    ),
            ];
        var names = Names(7);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{names.Length} inputs"));
        Assert.True(names.Length >= Fewest, $"{names.Length} inputs");
        Assert.Equal(names, Names(7));
        Assert.Empty(names.GroupBy(static n => n).Where(static g => g.Count() > 1).Select(static g => g.Key));
    }

    private static int Seed() =>
        int.TryParse(Environment.GetEnvironmentVariable("OPSRESTART_TEST_SEED"), CultureInfo.InvariantCulture, out var seed)
            ? seed
            : Random.Shared.Next(1, 1_000_000);

    private static IEnumerable<Type> All() =>
        typeof(IHostileSuite)
            .Assembly.GetTypes()
            .Where(static t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IHostileSuite)))
            .OrderBy(static t => t.Name, StringComparer.Ordinal);
}
