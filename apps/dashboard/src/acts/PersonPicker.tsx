import { useId, useState } from "react";

interface PersonProps {
  readonly label: string;
  readonly people: ReadonlyArray<string>;
  readonly isDisabled?: boolean;
  readonly onPick: (user: string) => void;
}

/** A person by name: one of those known, or any other the evaluation server knows. */
export const PersonPicker = ({ label, people, isDisabled = false, onPick }: PersonProps) => {
  const [user, setUser] = useState("");
  const list = useId();
  return (
    <form
      className="picker"
      onSubmit={(event) => {
        event.preventDefault();
        if (user.trim() === "") return;
        onPick(user.trim());
        setUser("");
      }}
    >
      <label>
        {label} <input list={list} value={user} onChange={({ target }) => setUser(target.value)} />
      </label>
      <datalist id={list}>
        {people.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <button type="submit" disabled={isDisabled || user.trim() === ""}>
        Assign
      </button>
    </form>
  );
};
