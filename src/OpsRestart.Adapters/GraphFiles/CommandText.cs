using System.Text;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Splits a command that is written as one text. Quotes group words; nothing is expanded, since no shell runs.</summary>
internal static class CommandText
{
    public static bool TrySplit(string text, out IReadOnlyList<string> words)
    {
        var found = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        char? quote = null;
        foreach (var c in text)
        {
            if (quote is null && char.IsWhiteSpace(c))
            {
                Finish();
            }
            else if (quote is null && c is '"' or '\'')
            {
                (quote, inWord) = (c, true);
            }
            else if (c == quote)
            {
                quote = null;
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }

        Finish();
        words = found;
        return quote is null;

        void Finish()
        {
            if (inWord)
            {
                found.Add(word.ToString());
            }

            word.Clear();
            inWord = false;
        }
    }
}
