using System.Text.RegularExpressions;
using OpsRestart.Tests.Units.Architecture;

namespace OpsRestart.Tests.Units.Surface;

/// <summary>A word has one name and one meaning in PowerShell, in the command and in graph files; docs/vocabulary.md lists them.</summary>
public sealed class VocabularyTests
{
    /// <summary>What these take depends on the noun of the cmdlet; the page says so.</summary>
    private static readonly string[] ByNoun = ["InputObject", "Role", "State"];

    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "vocabulary.md"));

    private static readonly HashSet<string> Words = [.. Regex.Matches(Page, "`([^` ]+)`").Select(static m => m.Groups[1].Value)];

    /// <summary>One value or several, given or not, is no other type; an object is whatever it is made from.</summary>
    [Fact]
    public void Parameters_of_one_name_have_one_type()
    {
        var several = Cmdlets
            .All.SelectMany(static c => c.Parameters.SelectMany(p => p.Aliases.Append(p.Name).Select(name => (c.Name, Word: name, p.Type))))
            .Where(static p => !ByNoun.Contains(p.Word) && p.Type != "object[]")
            .GroupBy(static p => p.Word)
            .Where(static same => same.Select(static p => p.Type.TrimEnd('?', '[', ']')).Distinct().Count() > 1)
            .Select(static same => $"-{same.Key}: {string.Join(", ", same.Select(static p => $"{p.Type} ({p.Name})"))}");

        Assert.Equal([], several);
    }

    [Fact]
    public void No_alias_is_the_name_of_a_parameter_beside_it() =>
        Assert.All(
            Cmdlets.All,
            static c => Assert.Distinct(c.Parameters.SelectMany(static p => p.Aliases.Append(p.Name)), StringComparer.OrdinalIgnoreCase)
        );

    [Fact]
    public void An_option_of_the_command_is_a_parameter_of_the_cmdlets_in_kebab_case()
    {
        var parameters = Cmdlets.All.SelectMany(static c => c.Parameters).Select(static p => Kebab(p.Name)).Append("--what-if").ToHashSet();
        parameters.Remove("--json"); // of Test-HttpEndpoint, and another thing
        var options = SurfaceTests.Commands.SelectMany(static c => c.Options).Select(static o => o.Name).Distinct();

        Assert.Equal(["--file-only", "--help", "--json", "--version", "--yes"], options.Except(parameters).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_word_of_a_front_is_in_the_vocabulary()
    {
        var parameters = Cmdlets.All.SelectMany(static c => c.Parameters).Select(static p => "-" + p.Name);
        var options = SurfaceTests.Commands.SelectMany(static c => c.Options).Select(static o => o.Name);
        var keys = SurfaceTests.GraphFiles.SelectMany(static m => m.Keys);

        Assert.Equal([], parameters.Concat(options).Concat(keys).Distinct().Except(Words).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_vocabulary_has_no_word_that_no_front_has()
    {
        var parameters = Cmdlets
            .All.SelectMany(static c => c.Parameters)
            .SelectMany(static p => p.Aliases.Append(p.Name))
            .Select(static p => "-" + p);
        var options = SurfaceTests.Commands.SelectMany(static c => c.Options).SelectMany(static o => o.Aliases.Append(o.Name));
        var known = parameters.Concat(options).Append("-WhatIf").ToHashSet();

        Assert.Equal([], Words.Where(static w => w.StartsWith('-')).Except(known).Order(StringComparer.Ordinal));
    }

    private static string Kebab(string name) => "-" + Regex.Replace(name, "[A-Z]", static m => "-" + m.Value.ToLowerInvariant());
}
