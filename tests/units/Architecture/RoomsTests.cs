namespace OpsRestart.Tests.Units.Architecture;

public sealed class RoomsTests
{
    public static TheoryData<string> Rooms => [.. Rules.Rooms.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_knows_only_the_rooms_below_it(string room)
    {
        var assembly = Repository.Assembly(room);
        Assert.SkipUnless(File.Exists(assembly), $"{room}.dll is not built");

        None(Rules.ProjectRooms(room, Repository.Project(room)));
        None(Rules.ForeignRooms(room, AssemblyFacts.Read(assembly).References));
    }

    [Theory]
    [InlineData("OpsRestart")]
    [InlineData("OpsRestart.Core")]
    public void The_model_and_the_engine_take_no_package(string room) => None(Rules.Packages(room, Repository.Project(room)));

    [Fact]
    public void The_engine_does_no_input_or_output_and_has_no_clock_of_its_own() =>
        None(Rules.Impurities(AssemblyFacts.Read(Repository.Assembly("OpsRestart.Core")).Uses));

    [Fact]
    public void Plans_know_no_runs_and_runs_no_reports() =>
        None(Rules.Upward(AssemblyFacts.Read(Repository.Assembly("OpsRestart.Core")).Uses));

    [Fact]
    public void Adapters_do_not_know_each_other() =>
        None(Rules.Siblings(AssemblyFacts.Read(Repository.Assembly("OpsRestart.Adapters")).Uses));

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_public_type_is_alone_in_a_file_of_its_name(string room) =>
        None(Repository.Sources(room).SelectMany(static f => Rules.PublicTypes(f, File.ReadAllText(f))));

    /// <summary>
    /// Users see only this assembly's types; what they are made of must be the framework's or its own (see docs/ARCHITECTURE.md,
    /// Isolation).
    /// </summary>
    [Fact]
    public void What_users_see_is_made_of_the_framework_alone() =>
        Assert.DoesNotContain(
            AssemblyFacts.Read(Repository.Assembly("OpsRestart")).References,
            static r => !r.StartsWith("System.", StringComparison.Ordinal)
        );

    private static void None(IEnumerable<string> violations)
    {
        var all = violations.Order(StringComparer.Ordinal).ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
