/** The dialogs of the masthead, in one script. */
import './help-dialog.ts';
import './share-dialog.ts';
import './storage-dialog.ts';
